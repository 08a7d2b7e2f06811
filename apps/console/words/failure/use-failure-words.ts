/** useFailureWords: the texts of what failed and what to do in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type FailureWords } from "./en.ts";

export const useFailureWords: () => FailureWords = spoken<FailureWords>(en, async () => (await import("./de.ts")).de);
