/** useFlowWords: the texts of Flow: the graph and the live tail in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type FlowWords } from "./en.ts";

export const useFlowWords: () => FlowWords = spoken<FlowWords>(en, async () => (await import("./de.ts")).de);
