/**
 * useSend: sends a draft once or many times and keeps the answer. The answer comes when the message is durable, so what it names exists.
 */
"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { ValueView } from "../../trpc/views.ts";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import { counterIn, textOf, type Draft } from "./message-body.ts";
import { useRecentMessages } from "./recent-messages.ts";

export interface SendAnswer {
  draft: Draft;
  accepted: number;
  trace: number | null;
  counter: "id" | "body" | null;
  tookMs: number;
  /** Why the rest of many was not accepted. */
  refusal: { code: string; title: string; detail: string; cure: string } | null;
  /** True when it had arrived before, in a try that got no answer; it counts once. */
  repeated: boolean;
  /** Set when it was sent as a call; otherwise null. */
  call: CallOutcome | null;
}

export interface CallOutcome {
  messageId: number;
  answer: ValueView | null;
  parked: { detail: string; cure: string } | null;
}

type Client = ReturnType<typeof useClient>;

type Sent = Pick<SendAnswer, "accepted" | "trace" | "refusal" | "repeated" | "call">;

/** When no answer came by then, it is asked for again without blocking the page. */
const FIRST_WAIT_MS = 5_000;

async function sendDraft(client: Client, draft: Draft, { key: idempotencyKey, call }: { key: string; call: boolean }): Promise<Sent> {
  const address = { type: draft.type, id: draft.id, valueType: draft.valueType };
  if (draft.count > 1) {
    const many = await client.send.many.mutate({
      ...address,
      text: textOf(draft),
      count: draft.count,
      counterIn: counterIn(draft) ?? "body",
    });
    return { accepted: many.accepted, trace: many.firstTraceId, refusal: many.refusal, repeated: false, call: null };
  }
  const message = draft.raw
    ? { ...address, base64: draft.body.replace(/\s+/g, ""), idempotencyKey }
    : { ...address, text: textOf(draft), idempotencyKey };
  if (call) {
    const { messageId, traceId, repeated, answer, parked } = await client.send.ask.mutate({ ...message, waitMs: FIRST_WAIT_MS });
    return { accepted: 1, trace: traceId, refusal: null, repeated, call: { messageId, answer, parked } };
  }
  const one = await client.send.message.mutate(message);
  return { accepted: 1, trace: one.traceId, refusal: null, repeated: one.repeated, call: null };
}

/** crypto.randomUUID exists only on https and localhost. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface SendOptions {
  call: boolean;
  /** Called with the answer, once it is kept. */
  onSent?: (answer: SendAnswer) => void;
}

export function useSend(): {
  run: (draft: Draft, options: SendOptions) => void;
  pending: boolean;
  error: unknown;
  result: SendAnswer | null;
} {
  const client = useClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { add } = useRecentMessages();
  const [state, setState] = useState<{ pending: boolean; error: unknown; result: SendAnswer | null }>({
    pending: false,
    error: null,
    result: null,
  });

  /** The key of the last draft that was sent without an answer: sending the same draft again is a repeat of it. */
  const unanswered = useRef<{ draft: string; key: string } | null>(null);

  async function send(draft: Draft, { call, onSent }: SendOptions): Promise<void> {
    // The old result belongs to another message.
    setState({ pending: true, error: null, result: null });
    const startedMs = performance.now();
    const text = JSON.stringify({ draft, call });
    const key = unanswered.current?.draft === text ? unanswered.current.key : newKey();
    unanswered.current = { draft: text, key };
    try {
      const sent = await sendDraft(client, draft, { key, call });
      unanswered.current = null;
      const result = { draft, ...sent, counter: draft.count > 1 ? counterIn(draft) : null, tookMs: performance.now() - startedMs };
      setState({ pending: false, error: null, result });
      add({ ...draft, sentMs: Date.now(), trace: sent.trace });
      onSent?.(result);
      void queryClient.invalidateQueries(trpc.entities.pathFilter());
      void queryClient.invalidateQueries(trpc.traces.pathFilter());
    } catch (error) {
      setState((before) => ({ ...before, pending: false, error }));
    }
  }
  return { run: (draft, options) => void send(draft, options), ...state };
}
