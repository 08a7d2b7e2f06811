/** usePausesWords: the texts of pauses of function types and endpoints in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type PausesWords } from "./en.ts";

export const usePausesWords: () => PausesWords = spoken<PausesWords>(en, async () => (await import("./de.ts")).de);
