/**
 * useSend: sends a draft once or many times and keeps what was answered. The answer comes when the message is durable, so what it
 * names exists.
 */
"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import { counterIn, textOf, type Draft } from "./message-body.ts";
import { useRecentMessages } from "./recent-messages.ts";

export interface SendAnswer {
  draft: Draft;
  accepted: number;
  trace: number | null;
  counter: "id" | "body" | null;
  tookMs: number;
}

type Client = ReturnType<typeof useClient>;

async function sendDraft(client: Client, draft: Draft): Promise<{ accepted: number; trace: number | null }> {
  const address = { type: draft.type, id: draft.id, valueType: draft.valueType };
  if (draft.count > 1) {
    const many = await client.send.many.mutate({
      ...address,
      text: textOf(draft),
      count: draft.count,
      counterIn: counterIn(draft) ?? "body",
    });
    return { accepted: many.accepted, trace: many.firstTraceId };
  }
  const one = await client.send.message.mutate(
    draft.raw ? { ...address, base64: draft.body.replace(/\s+/g, "") } : { ...address, text: textOf(draft) },
  );
  return { accepted: 1, trace: one.traceId };
}

export function useSend(): { run: (draft: Draft) => void; pending: boolean; error: unknown; result: SendAnswer | null } {
  const client = useClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { add } = useRecentMessages();
  const [state, setState] = useState<{ pending: boolean; error: unknown; result: SendAnswer | null }>({
    pending: false,
    error: null,
    result: null,
  });

  async function send(draft: Draft): Promise<void> {
    setState((before) => ({ ...before, pending: true, error: null }));
    const startedMs = performance.now();
    try {
      const { accepted, trace } = await sendDraft(client, draft);
      setState({
        pending: false,
        error: null,
        result: { draft, accepted, trace, counter: draft.count > 1 ? counterIn(draft) : null, tookMs: performance.now() - startedMs },
      });
      add({ ...draft, sentMs: Date.now(), trace });
      void queryClient.invalidateQueries(trpc.entities.pathFilter());
      void queryClient.invalidateQueries(trpc.traces.pathFilter());
    } catch (error) {
      setState((before) => ({ ...before, pending: false, error }));
    }
  }
  return { run: (draft) => void send(draft), ...state };
}
