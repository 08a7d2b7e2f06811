/** useStoryWords: the texts of one trace's page in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type StoryWords } from "./en.ts";

export const useStoryWords: () => StoryWords = spoken<StoryWords>(en, async () => (await import("./de.ts")).de);
