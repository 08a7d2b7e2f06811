/** useInvariantsWords: the texts of invariants and of expressions in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type InvariantsWords } from "./en.ts";

export const useInvariantsWords: () => InvariantsWords = spoken<InvariantsWords>(en, async () => (await import("./de.ts")).de);
