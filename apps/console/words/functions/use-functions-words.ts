/** useFunctionsWords: the texts of Functions in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type FunctionsWords } from "./en.ts";

export const useFunctionsWords: () => FunctionsWords = spoken<FunctionsWords>(en, async () => (await import("./de.ts")).de);
