/** useErasuresWords: the texts of erasures in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ErasuresWords } from "./en.ts";

export const useErasuresWords: () => ErasuresWords = spoken<ErasuresWords>(en, async () => (await import("./de.ts")).de);
