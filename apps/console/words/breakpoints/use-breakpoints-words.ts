/** useBreakpointsWords: the texts of breakpoints in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type BreakpointsWords } from "./en.ts";

export const useBreakpointsWords: () => BreakpointsWords = spoken<BreakpointsWords>(en, async () => (await import("./de.ts")).de);
