/** usePlacesWords: the texts of what stands where a page does not, in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type PlacesWords } from "./en.ts";

export const usePlacesWords: () => PlacesWords = spoken<PlacesWords>(en, async () => (await import("./de.ts")).de);
