/** useWriteWords: the texts of functions that are written here in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type WriteWords } from "./en.ts";

export const useWriteWords: () => WriteWords = spoken<WriteWords>(en, async () => (await import("./de.ts")).de);
