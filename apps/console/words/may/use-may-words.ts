/** useMayWords: the texts of what somebody may do, and why not in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type MayWords } from "./en.ts";

export const useMayWords: () => MayWords = spoken<MayWords>(en, async () => (await import("./de.ts")).de);
