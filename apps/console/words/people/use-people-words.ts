/** usePeopleWords: the texts of People in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type PeopleWords } from "./en.ts";

export const usePeopleWords: () => PeopleWords = spoken<PeopleWords>(en, async () => (await import("./de.ts")).de);
