/** useSqlWords: the texts of the page of SQL in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type SqlWords } from "./en.ts";

export const useSqlWords: () => SqlWords = spoken<SqlWords>(en, async () => (await import("./de.ts")).de);
