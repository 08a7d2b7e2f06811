/** useEntityActsWords: what a person may do with an entity in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type EntityActsWords } from "./en.ts";

export const useEntityActsWords: () => EntityActsWords = spoken<EntityActsWords>(en, async () => (await import("./de.ts")).de);
