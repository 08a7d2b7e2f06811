/** useOverviewWords: the texts of the Overview in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type OverviewWords } from "./en.ts";

export const useOverviewWords: () => OverviewWords = spoken<OverviewWords>(en, async () => (await import("./de.ts")).de);
