/** useSavepointsWords: the texts of Savepoints, restores and backups in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type SavepointsWords } from "./en.ts";

export const useSavepointsWords: () => SavepointsWords = spoken<SavepointsWords>(en, async () => (await import("./de.ts")).de);
