/** useProblemWords: the texts of what was refused or did not arrive in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ProblemWords } from "./en.ts";

export const useProblemWords: () => ProblemWords = spoken<ProblemWords>(en, async () => (await import("./de.ts")).de);
