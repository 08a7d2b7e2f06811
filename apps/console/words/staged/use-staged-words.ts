/** useStagedWords: the texts of values of an entity that are staged in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type StagedWords } from "./en.ts";

export const useStagedWords: () => StagedWords = spoken<StagedWords>(en, async () => (await import("./de.ts")).de);
