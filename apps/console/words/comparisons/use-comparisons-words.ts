/** useComparisonsWords: the texts of Compare in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ComparisonsWords } from "./en.ts";

export const useComparisonsWords: () => ComparisonsWords = spoken<ComparisonsWords>(en, async () => (await import("./de.ts")).de);
