/**
 * RestoreFork: a way to the same state that undoes nothing: one command starts a second gateway from the savepoint. It calls nobody and
 * delivers nothing.
 */
"use client";
import type { ReactElement } from "react";
import { originUrlOf } from "../../shell/base-path.ts";
import { commandLine } from "../../shell/cli-command.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

export function RestoreFork({ id }: { id: string }): ReactElement {
  const { fork: words } = useSavepointsWords();
  const command = commandLine(["savepoints", "fork", id], originUrlOf(""));
  return (
    <section className="min-w-0 text-[12px]" aria-label={words.title}>
      <h3 className="mb-1 font-semibold text-[13px]">{words.title}</h3>
      <p className="flex items-start gap-1">
        <code className="min-w-0 flex-1 rounded bg-ground px-2 py-1 font-mono break-all">{command}</code>
        <CopyButton label={words.copy} text={command} />
      </p>
      <p className="mt-1 text-quiet">{words.about}</p>
    </section>
  );
}
