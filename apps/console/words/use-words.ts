/**
 * useWords: the texts of the frame in the language of this browser: what a person chose, else the first of its languages that the console
 * speaks. spoken() makes such a hook for the texts of one page. German is fetched when wanted, for the pages that are looked at; until
 * then, and in what the server draws, the words are English. Neighbours: en.ts lists the texts of the frame, a folder here those of a page.
 */
"use client";
import { useSyncExternalStore } from "react";
import { en, type Words } from "./en.ts";

const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

const KEY = "signalbox.language";
const watchers = new Set<() => void>();
let spokenNow: Language = "en";
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

function tellAll(): void {
  for (const watcher of watchers) watcher();
}

function speak(language: Language): void {
  spokenNow = language;
  document.documentElement.lang = language;
  tellAll();
}

export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // It holds for this page then.
  }
  speak(language);
}

function begin(): void {
  if (begun) return;
  begun = true;
  const language = languageOf(chosenBefore(), navigator.languages);
  if (language !== "en") speak(language);
}

/** A hook that gives these texts in the language that is spoken, and asks for German once that is wanted. */
export function spoken<Texts>(english: Texts, fetchGerman: () => Promise<Texts>): () => Texts {
  let german: Texts | undefined;
  let asked = false;
  async function fetched(): Promise<void> {
    try {
      german = await fetchGerman();
      tellAll();
    } catch {
      // The page stays in English, and the next look at it asks again.
      asked = false;
    }
  }
  function want(): void {
    if (spokenNow !== "de" || asked) return;
    asked = true;
    void fetched();
  }
  function watch(watcher: () => void): () => void {
    function heard(): void {
      want();
      watcher();
    }
    watchers.add(heard);
    begin();
    want();
    return () => watchers.delete(heard);
  }
  // A page that comes later, when German is spoken already, asks before it is drawn.
  want();
  return function useTexts(): Texts {
    return useSyncExternalStore(
      watch,
      () => (spokenNow === "de" && german !== undefined ? german : english),
      () => english,
    );
  };
}

export const useWords: () => Words = spoken<Words>(en, async () => (await import("./de.ts")).de);
