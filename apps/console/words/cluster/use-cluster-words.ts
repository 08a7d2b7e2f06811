/** useClusterWords: the texts of the cluster that functions run on in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ClusterWords } from "./en.ts";

export const useClusterWords: () => ClusterWords = spoken<ClusterWords>(en, async () => (await import("./de.ts")).de);
