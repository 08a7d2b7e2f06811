/** useStatusWords: how an entity stands, in a word, in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type StatusWords } from "./en.ts";

export const useStatusWords: () => StatusWords = spoken<StatusWords>(en, async () => (await import("./de.ts")).de);
