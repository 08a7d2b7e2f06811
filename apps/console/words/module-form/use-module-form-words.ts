/** useModuleFormWords: the texts of a module's form in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ModuleFormWords } from "./en.ts";

export const useModuleFormWords: () => ModuleFormWords = spoken<ModuleFormWords>(en, async () => (await import("./de.ts")).de);
