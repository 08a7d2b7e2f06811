/** useDoorsWords: the texts of connectors, ingresses, egresses and schedules in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type DoorsWords } from "./en.ts";

export const useDoorsWords: () => DoorsWords = spoken<DoorsWords>(en, async () => (await import("./de.ts")).de);
