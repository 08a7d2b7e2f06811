/** useBulkActWords: the texts of the page of one act on many in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type BulkActWords } from "./en.ts";

export const useBulkActWords: () => BulkActWords = spoken<BulkActWords>(en, async () => (await import("./de.ts")).de);
