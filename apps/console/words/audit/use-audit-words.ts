/** useAuditWords: the texts of the Audit in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type AuditWords } from "./en.ts";

export const useAuditWords: () => AuditWords = spoken<AuditWords>(en, async () => (await import("./de.ts")).de);
