/** useTracesWords: the texts of the list of traces in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type TracesWords } from "./en.ts";

export const useTracesWords: () => TracesWords = spoken<TracesWords>(en, async () => (await import("./de.ts")).de);
