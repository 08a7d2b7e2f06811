/**
 * ModuleHistory: every revision that was applied; compare any with the one in the editor, load it, or roll back to it.
 */
"use client";
import type { ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { Button } from "../../ui/button.tsx";
import { Badge } from "../../ui/feedback/status-word.tsx";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";
import type { ModulesWords } from "../../words/modules/en.ts";

export interface Revision {
  revision: number;
  appliedMs: number;
  yaml: string;
  /** Null for revisions that are older than this field. */
  by: { kind: "person" | "token" | "machine" | "gateway" | "anonymous"; name: string; door: string } | null;
}

/** The revision of a module that runs; revision 0 when none does. */
export interface RunningModule {
  yaml: string;
  revision: number;
  revisions: Revision[];
}

/** The person of this machine has no name worth showing while nobody signs in. */
function whoWords({ kind, name, door }: NonNullable<Revision["by"]>, words: ModulesWords["history"]): string {
  if (kind === "gateway") return words.byGateway;
  return name === "local" ? words.byDoor(door) : words.by(name, door);
}

export interface ModuleHistoryProps {
  revisions: readonly Revision[];
  running: number;
  onRollBack: (revision: Revision) => void;
  onLoad: (revision: Revision) => void;
}

export function ModuleHistory({ revisions, running, onRollBack, onLoad }: ModuleHistoryProps): ReactElement {
  const { history: words } = useModulesWords();
  if (revisions.length === 0) return <p className="py-3 text-[12px] text-quiet">{words.none}</p>;
  return (
    <ol className="flex flex-col text-[12px]">
      {[...revisions]
        .sort((left, right) => right.revision - left.revision)
        .map((revision) => (
          <li key={revision.revision} className="flex min-h-8 flex-wrap items-center gap-x-3 border-t border-line py-0.5 first:border-t-0">
            <span className="font-mono">{words.revision(revision.revision)}</span>
            <Ago atMs={revision.appliedMs} className="font-mono text-quiet" />
            {revision.by === null ? null : <span className="text-quiet">{whoWords(revision.by, words)}</span>}
            {revision.revision === running ? (
              <Badge tone="clear">{words.runs}</Badge>
            ) : (
              <span className="ml-auto flex gap-1">
                <Button size="small" tone="ghost" onClick={() => onLoad(revision)}>
                  {words.load}
                </Button>
                <MayButton
                  operation="modules.rollback"
                  action={words.rollBackTo(revision.revision)}
                  size="small"
                  onClick={() => onRollBack(revision)}
                >
                  {words.rollBack}
                </MayButton>
              </span>
            )}
          </li>
        ))}
    </ol>
  );
}
