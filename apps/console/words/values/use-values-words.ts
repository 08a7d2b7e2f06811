/** useValuesWords: the texts of values, what changed in them, and records in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ValuesWords } from "./en.ts";

export const useValuesWords: () => ValuesWords = spoken<ValuesWords>(en, async () => (await import("./de.ts")).de);
