/**
 * Told: a sentence that the gateway says, in the language of this browser where the console has words for it, else in the gateway's English
 * and marked so. Neighbour: words/told knows the sentences.
 */
"use client";
import type { ReactElement } from "react";
import { useToldWords } from "../../words/told/use-told-words.ts";

interface ToldProps {
  readonly text: string;
  /** What the page does with it before it is shown, for example the case of its first letter. */
  readonly as?: (text: string) => string;
  readonly className?: string;
}

export function Told({ text, as = (said) => said, className }: ToldProps): ReactElement {
  const said = useToldWords().told(text);
  return (
    <span className={className} {...(said === undefined ? { lang: "en" } : {})}>
      {as(said ?? text)}
    </span>
  );
}
