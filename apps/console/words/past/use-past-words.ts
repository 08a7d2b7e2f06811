/** usePastWords: the texts of what was: moments, eras, who wrote what in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type PastWords } from "./en.ts";

export const usePastWords: () => PastWords = spoken<PastWords>(en, async () => (await import("./de.ts")).de);
