/** useSendWords: the texts of Send in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type SendWords } from "./en.ts";

export const useSendWords: () => SendWords = spoken<SendWords>(en, async () => (await import("./de.ts")).de);
