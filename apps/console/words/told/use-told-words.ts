/** useToldWords: what the gateway says in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ToldWords } from "./en.ts";

export const useToldWords: () => ToldWords = spoken<ToldWords>(en, async () => (await import("./de.ts")).de);
