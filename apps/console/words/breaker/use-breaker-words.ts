/** useBreakerWords: the texts of whether an endpoint is called in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type BreakerWords } from "./en.ts";

export const useBreakerWords: () => BreakerWords = spoken<BreakerWords>(en, async () => (await import("./de.ts")).de);
