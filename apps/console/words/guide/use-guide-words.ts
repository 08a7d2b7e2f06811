/** useGuideWords: the texts of the first steps in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type GuideWords } from "./en.ts";

export const useGuideWords: () => GuideWords = spoken<GuideWords>(en, async () => (await import("./de.ts")).de);
