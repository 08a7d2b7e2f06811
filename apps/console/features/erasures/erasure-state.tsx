/** ErasureState: how far an erasure is, in a word. */
import type { ReactElement } from "react";
import type { ErasureRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useErasuresWords } from "../../words/erasures/use-erasures-words.ts";
import { standingOf } from "./erasure-words.ts";

export function ErasureState({ row }: { row: ErasureRow }): ReactElement {
  const { is } = useErasuresWords();
  const tone = row.state === "running" ? "message" : row.error === null ? "clear" : "danger";
  return <StatusWord tone={tone}>{standingOf(row, is)}</StatusWord>;
}
