/** useShellWords: the texts of the status strip, the timeline and what stands around every page in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ShellWords } from "./en.ts";

export const useShellWords: () => ShellWords = spoken<ShellWords>(en, async () => (await import("./de.ts")).de);
