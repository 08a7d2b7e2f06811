/** useWaitingWords: the texts of why something waits in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type WaitingWords } from "./en.ts";

export const useWaitingWords: () => WaitingWords = spoken<WaitingWords>(en, async () => (await import("./de.ts")).de);
