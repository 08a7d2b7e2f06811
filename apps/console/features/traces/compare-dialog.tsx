/**
 * CompareDialog: chooses the trace to compare with this one: a number, or one of the newest that began in the same way.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactElement } from "react";
import { oneLine } from "../../format/texts.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { MessageView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { useStoryWords } from "../../words/story/use-story-words.ts";
import { useTracesWords } from "../../words/traces/use-traces-words.ts";

const LOOKED_AT_MAX = 200;
const SHOWN_MAX = 12;

export interface CompareDialogProps {
  trace: number;
  first: MessageView | undefined;
  onChoose: (trace: number) => void;
  onClose: () => void;
}

export function CompareDialog({ trace, first, onChoose, onClose }: CompareDialogProps): ReactElement {
  const words = useStoryWords();
  const { is } = useTracesWords();
  const [text, setText] = useState("");
  const query = useQuery(useTRPC().traces.list.queryOptions({ limit: LOOKED_AT_MAX }));
  const number = /^#?\d{1,15}$/.test(text.trim()) ? Number(text.trim().replace("#", "")) : null;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (number !== null) onChoose(number);
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={words.compare.title}>
      <form onSubmit={submit} className="flex items-end gap-2">
        <Field label={words.preview.label} className="flex-1">
          {(control) => <Input {...control} mono placeholder="48211903" value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        <Button type="submit" tone="primary" disabled={number === null || number === trace}>
          {words.compare.act}
        </Button>
      </form>
      <h3 className="mt-4 mb-1 text-[12px] text-quiet">{words.compare.alike(LOOKED_AT_MAX)}</h3>
      <QueryView query={query} what={words.compare.what}>
        {({ items }) => {
          const alike = items.filter(
            (row) =>
              row.trace !== trace && first !== undefined && row.target.type === first.target.type && row.valueType === first.value.typename,
          );
          if (alike.length === 0) return <p className="text-quiet">{words.compare.none}</p>;
          return (
            <ul>
              {alike.slice(0, SHOWN_MAX).map((row) => (
                <li key={row.trace} className="border-t border-line">
                  <button
                    type="button"
                    className="flex min-h-7 w-full items-center gap-3 text-left text-[12px] hover:bg-hover"
                    onClick={() => onChoose(row.trace)}
                  >
                    <span className="font-mono text-message">#{row.trace}</span>
                    <span className="font-mono">{row.target.id}</span>
                    <span className="min-w-0 flex-1 truncate font-mono text-quiet">{oneLine(row.preview)}</span>
                    <span className="text-quiet">{is[row.status]}</span>
                    <Ago atMs={row.atMs} className="text-quiet" />
                  </button>
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </Dialog>
  );
}
