/** useEntitiesWords: the texts of the list of entities in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type EntitiesWords } from "./en.ts";

export const useEntitiesWords: () => EntitiesWords = spoken<EntitiesWords>(en, async () => (await import("./de.ts")).de);
