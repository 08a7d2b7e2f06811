/**
 * CopyButton: copies a text and says whether it could, visibly and to assistive technology.
 */
"use client";
import { Check, Copy, TriangleAlert } from "lucide-react";
import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import { useShellWords } from "../../words/shell/use-shell-words.ts";
import { Button, IconButton } from "../button.tsx";
import { copyText } from "./copy-text.ts";

const SAID_MS = 2_500;

type Said = "nothing" | "copied" | "refused";

export function CopyButton({
  text,
  label,
  children,
}: {
  text: string | (() => string);
  label?: string;
  children?: ReactNode;
}): ReactElement {
  const { copy: texts } = useShellWords();
  const [said, setSaid] = useState<Said>("nothing");
  useEffect(() => {
    if (said === "nothing") return undefined;
    const timer = setTimeout(() => setSaid("nothing"), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  async function copy(): Promise<void> {
    setSaid((await copyText(typeof text === "function" ? text() : text)) ? "copied" : "refused");
  }
  const icon =
    said === "copied" ? (
      <Check aria-hidden className="size-3.5 text-clear" />
    ) : said === "refused" ? (
      <TriangleAlert aria-hidden className="size-3.5 text-caution" />
    ) : (
      <Copy aria-hidden className="size-3.5" />
    );
  const words = said === "copied" ? texts.copied : said === "refused" ? texts.refused : "";
  const say = (
    <span aria-live="polite" className="sr-only">
      {words}
    </span>
  );
  if (children !== undefined) {
    return (
      <Button size="small" tone="ghost" onClick={() => void copy()}>
        {icon}
        {said === "refused" ? texts.selectIt : children}
        {say}
      </Button>
    );
  }
  return (
    <>
      <IconButton size="small" label={words === "" ? (label ?? texts.copy) : words} onClick={() => void copy()}>
        {icon}
      </IconButton>
      {say}
    </>
  );
}
