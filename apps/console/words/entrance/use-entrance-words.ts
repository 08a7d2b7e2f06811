/** useEntranceWords: the texts of the pages before the login in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type EntranceWords } from "./en.ts";

export const useEntranceWords: () => EntranceWords = spoken<EntranceWords>(en, async () => (await import("./de.ts")).de);
