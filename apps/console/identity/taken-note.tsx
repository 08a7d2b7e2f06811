/**
 * TakenNote: tells a person that their roles were taken while the page was open, and which are left. Neighbour: role-keeper.tsx.
 */
"use client";
import type { ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { useMayWords } from "../words/may/use-may-words.ts";
import { grantsText } from "./grants-text.ts";
import { isOther, type Held } from "./taken-role.ts";
import { useNoticesWords } from "../words/notices/use-notices-words.ts";

export function TakenNote({ before, now, onDismiss }: { before: Held; now: Held; onDismiss: () => void }): ReactElement {
  const words = useNoticesWords();
  const may = useMayWords();
  return (
    <div role="alert" className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line bg-caution-soft px-4 py-1.5">
      <StatusWord tone="caution" className="font-medium">
        {isOther(before, now) ? words.taken.youAre(now.name) : words.taken.changed}
      </StatusWord>
      <span>
        {now.grants.length === 0 ? words.taken.none : words.taken.roles(grantsText(now.grants, may))} {words.taken.about}
      </span>
      <Button size="small" onClick={onDismiss}>
        {words.taken.understood}
      </Button>
    </div>
  );
}
