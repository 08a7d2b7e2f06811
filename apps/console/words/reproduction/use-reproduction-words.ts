/** useReproductionWords: the texts of the smallest reproduction and of exported tests in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ReproductionWords } from "./en.ts";

export const useReproductionWords: () => ReproductionWords = spoken<ReproductionWords>(en, async () => (await import("./de.ts")).de);
