/**
 * SecretOnce: a text that is shown once, with a button to copy it.
 */
"use client";
import type { ReactElement } from "react";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

export function SecretOnce({ text, note }: { text: string; note: string }): ReactElement {
  const words = usePeopleWords();
  return (
    <div className="flex flex-col gap-2">
      <p className="text-[13px]">{note}</p>
      <div className="flex items-center gap-2 rounded border border-line bg-ground px-2.5 py-2">
        <code className="min-w-0 flex-1 font-mono text-[12px] break-all">{text}</code>
        <CopyButton text={text} label={words.copy} />
      </div>
      <p className="text-[12px] text-quiet">{words.once}</p>
    </div>
  );
}
