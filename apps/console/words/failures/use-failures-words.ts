/** useFailuresWords: the texts of Failures in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type FailuresWords } from "./en.ts";

export const useFailuresWords: () => FailuresWords = spoken<FailuresWords>(en, async () => (await import("./de.ts")).de);
