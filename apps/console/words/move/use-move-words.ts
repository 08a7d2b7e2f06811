/** useMoveWords: the texts of the move to Flink and back in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type MoveWords } from "./en.ts";

export const useMoveWords: () => MoveWords = spoken<MoveWords>(en, async () => (await import("./de.ts")).de);
