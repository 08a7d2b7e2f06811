/** useFilterWords: the texts of the filter line in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type FilterWords } from "./en.ts";

export const useFilterWords: () => FilterWords = spoken<FilterWords>(en, async () => (await import("./de.ts")).de);
