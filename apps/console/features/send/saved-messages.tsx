/** SavedMessages: messages saved under a name for everyone, and the last ones sent from this browser. Choosing one fills the form. */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState, type FormEvent, type ReactElement } from "react";
import { oneLine } from "../../format/texts.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Input } from "../../ui/form/field.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { bodyFrom, textOf, type Draft } from "./message-body.ts";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { useRecentMessages } from "./recent-messages.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

export interface SavedMessagesProps {
  draft: Draft;
  sendable: boolean;
  onFill: (change: Partial<Draft>) => void;
}

export function SavedMessages({ draft, sendable, onFill }: SavedMessagesProps): ReactElement {
  return (
    <>
      <Saved draft={draft} sendable={sendable} onFill={onFill} />
      <Recent onFill={onFill} />
    </>
  );
}

function Saved({ draft, sendable, onFill }: SavedMessagesProps): ReactElement {
  const words = useSendWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const saved = useQuery(trpc.send.saved.queryOptions());
  const settle = { onSettled: () => queryClient.invalidateQueries(trpc.send.saved.queryFilter()) };
  const save = useMutation(trpc.send.save.mutationOptions({ ...settle, onSuccess: () => setName("") }));
  const forget = useMutation(trpc.send.forget.mutationOptions(settle));
  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate({ name: name.trim(), type: draft.type, entityId: draft.id, valueType: draft.valueType, body: textOf(draft) });
  }
  return (
    <section className="flex flex-col gap-1">
      <PartTitle>{words.saved.title}</PartTitle>
      <QueryView
        query={saved}
        what={words.saved.title}
        loading={<Skeleton rows={2} label={words.saved.loading} />}
        empty={{
          when: (list) => list.length === 0,
          view: <p className="text-[12px] text-quiet">{words.saved.none}</p>,
        }}
      >
        {(list) => (
          <ul className="flex max-h-64 flex-col overflow-y-auto">
            {list.map((message) => (
              <SavedRow key={message.id} message={message} onFill={onFill} onForget={() => forget.mutate({ id: message.id })} />
            ))}
          </ul>
        )}
      </QueryView>
      <form onSubmit={submit} className="mt-1 flex gap-2">
        <Input
          aria-label={words.saved.name}
          placeholder={draft.raw ? words.saved.raw : words.saved.as}
          maxLength={120}
          disabled={draft.raw}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={!sendable || draft.raw || name.trim() === ""} pending={save.isPending}>
          {words.saved.save}
        </Button>
      </form>
      {save.error === null ? null : <ErrorState inline error={save.error} what={words.saved.notSaved} />}
      {forget.error === null ? null : <ErrorState inline error={forget.error} what={words.saved.notForgotten} />}
    </section>
  );
}

function Recent({ onFill }: { onFill: SavedMessagesProps["onFill"] }): ReactElement {
  const words = useSendWords();
  const { list } = useRecentMessages();
  return (
    <section className="flex flex-col gap-1">
      <PartTitle>{words.saved.recent}</PartTitle>
      {list.length === 0 ? <p className="text-[12px] text-quiet">{words.saved.noneRecent}</p> : null}
      <ul className="flex max-h-64 flex-col overflow-y-auto">
        {list.map(({ sentMs, trace: _trace, ...draft }) => (
          <li key={`${sentMs} ${draft.type}/${draft.id}`} className="border-t border-line">
            <button
              type="button"
              onClick={() => onFill(draft)}
              className="flex min-h-7 w-full items-center gap-3 rounded-[3px] px-1 text-left text-[12px] hover:bg-hover"
            >
              <span className="truncate font-mono">
                {draft.type}/{draft.id}
              </span>
              <span className="min-w-0 flex-1 truncate font-mono text-quiet">{oneLine(draft.body)}</span>
              {draft.count > 1 ? <span className="font-mono text-quiet">× {draft.count}</span> : null}
              <Ago atMs={sentMs} className="shrink-0 text-quiet" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface SavedRowProps {
  message: { name: string; type: string; entityId: string; valueType: string; body: string };
  onFill: SavedMessagesProps["onFill"];
  onForget: () => void;
}

function SavedRow({ message, onFill, onForget }: SavedRowProps): ReactElement {
  const words = useSendWords();
  return (
    <li className="flex min-h-7 items-center gap-2 border-t border-line">
      <button
        type="button"
        className="flex min-w-0 flex-1 items-baseline gap-3 rounded-[3px] px-1 text-left text-[12px] hover:bg-hover"
        onClick={() =>
          onFill({
            type: message.type,
            id: message.entityId,
            valueType: message.valueType,
            body: bodyFrom(message.valueType, message.body),
            raw: false,
          })
        }
      >
        <span className="shrink-0 font-medium">{message.name}</span>
        <span className="truncate font-mono text-quiet">
          {message.type}/{message.entityId} {oneLine(message.body)}
        </span>
      </button>
      <IconButton size="small" label={words.saved.forget(message.name)} onClick={onForget}>
        <Trash2 aria-hidden className="size-3.5" />
      </IconButton>
    </li>
  );
}
