/** useNoticesWords: the texts of what few see: trouble, the past, the palette, one's password in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type NoticesWords } from "./en.ts";

export const useNoticesWords: () => NoticesWords = spoken<NoticesWords>(en, async () => (await import("./de.ts")).de);
