/** useRecordWords: the texts of a record of the journal and of the film of a trace in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type RecordWords } from "./en.ts";

export const useRecordWords: () => RecordWords = spoken<RecordWords>(en, async () => (await import("./de.ts")).de);
