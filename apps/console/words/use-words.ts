/**
 * useWords: the texts in the language of this browser: what a person chose, else the first of its languages that the console speaks. German is
 * fetched when wanted; until then, and in what the server draws, the words are English. Neighbour: en.ts lists the texts.
 */
"use client";
import { useSyncExternalStore } from "react";
import { en, type Words } from "./en.ts";

const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

const KEY = "signalbox.language";
const watchers = new Set<() => void>();
let words: Words = en;
let begun = false;

function known(text: string | null | undefined): Language | undefined {
  return languages.find((language) => language === text?.slice(0, 2).toLowerCase());
}

/** The first known one of what was chosen and of what the browser prefers. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  return known(chosen) ?? preferred.map(known).find((language) => language !== undefined) ?? "en";
}

function chosenBefore(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

async function speak(language: Language): Promise<void> {
  words = language === "de" ? (await import("./de.ts")).de : en;
  document.documentElement.lang = words.tag;
  for (const watcher of watchers) watcher();
}

export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // It holds for this page then.
  }
  void speak(language);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (!begun) {
    begun = true;
    const language = languageOf(chosenBefore(), navigator.languages);
    if (language !== "en") void speak(language);
  }
  return () => watchers.delete(watcher);
}

export function useWords(): Words {
  return useSyncExternalStore(
    watch,
    () => words,
    () => en,
  );
}
