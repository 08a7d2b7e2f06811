/** useBootstrapWords: the texts of Load data in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type BootstrapWords } from "./en.ts";

export const useBootstrapWords: () => BootstrapWords = spoken<BootstrapWords>(en, async () => (await import("./de.ts")).de);
