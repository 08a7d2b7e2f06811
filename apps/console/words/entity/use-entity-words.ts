/** useEntityWords: the texts of the page of one entity in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type EntityWords } from "./en.ts";

export const useEntityWords: () => EntityWords = spoken<EntityWords>(en, async () => (await import("./de.ts")).de);
