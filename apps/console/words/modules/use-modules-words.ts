/** useModulesWords: the texts of Modules, and of a module's editor and form in the language of this browser. Neighbours: en.ts, de.ts. */
"use client";
import { spoken } from "../use-words.ts";
import { en, type ModulesWords } from "./en.ts";

export const useModulesWords: () => ModulesWords = spoken<ModulesWords>(en, async () => (await import("./de.ts")).de);
