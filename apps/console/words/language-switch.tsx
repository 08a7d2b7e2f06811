/** The other language, by its own name; remembered by the browser. */
"use client";
import { Languages } from "lucide-react";
import { IconButton } from "../ui/button.tsx";
import { chooseLanguage, useWords } from "./use-words.ts";

export function LanguageSwitch() {
  const words = useWords();
  return (
    <IconButton label={words.frame.otherLanguage} size="small" onClick={() => chooseLanguage(words.tag === "de" ? "en" : "de")}>
      <Languages aria-hidden="true" className="size-3.5" />
    </IconButton>
  );
}
