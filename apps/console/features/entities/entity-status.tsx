/**
 * EntityStatusWord: an entity's status as a shape and a word. waiting/why-it-waits.tsx says why it waits.
 */
import type { ReactElement } from "react";
import type { EntityRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useStatusWords } from "../../words/status/use-status-words.ts";
import { statusTones } from "../waiting/status-tones.ts";

export type EntityStatus = EntityRow["status"];

export function EntityStatusWord({ status, className }: { status: EntityStatus; className?: string }): ReactElement {
  const words = useStatusWords();
  return (
    <StatusWord tone={statusTones[status]} {...(className === undefined ? {} : { className })}>
      {words[status]}
    </StatusWord>
  );
}
