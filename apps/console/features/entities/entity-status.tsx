/** EntityStatusWord: an entity's status as shape and word. Why it waits is said by waiting/why-it-waits.tsx. */
import type { ReactElement } from "react";
import type { EntityRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { statusTones } from "../waiting/status-tones.ts";

export type EntityStatus = EntityRow["status"];

export function statusWord(status: EntityStatus): string {
  return statusTones[status].word;
}

export function EntityStatusWord({ status, className }: { status: EntityStatus; className?: string }): ReactElement {
  const { tone, word } = statusTones[status];
  return (
    <StatusWord tone={tone} {...(className === undefined ? {} : { className })}>
      {word}
    </StatusWord>
  );
}
