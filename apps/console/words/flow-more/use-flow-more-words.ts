/** useFlowMoreWords: the texts of what a person opens on Flow, in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type FlowMoreWords } from "./en.ts";

export const useFlowMoreWords: () => FlowMoreWords = spoken<FlowMoreWords>(en, async () => (await import("./de.ts")).de);
