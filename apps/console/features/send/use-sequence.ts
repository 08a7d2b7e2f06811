/**
 * useSequence: sends one message many times at a rate, in steps, with the results of each second: a small load test. Pieces are sent four
 * times a second; when the gateway does not take one in time the next piece is late, is shown as late, and is never sent twice.
 */
"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "../../trpc/context.tsx";
import { counterIn, textOf, type Draft } from "./message-body.ts";

export interface SequenceStep {
  perSecond: number;
  seconds: number;
}

export interface SequenceSecond {
  second: number;
  wanted: number;
  accepted: number;
  /** The time of its slowest piece. */
  tookMs: number;
}

export interface SequenceState {
  running: boolean;
  seconds: readonly SequenceSecond[];
  accepted: number;
  firstTrace: number | null;
  refusal: string | null;
}

const PIECES_PER_SECOND = 4;
export const STEPS_MAX = 5;
export const RATE_MAX = 2_000;
export const SECONDS_MAX = 120;
const idle: SequenceState = { running: false, seconds: [], accepted: 0, firstTrace: null, refusal: null };

export function useSequence(): { state: SequenceState; run: (draft: Draft, steps: readonly SequenceStep[]) => void; cancel: () => void } {
  const client = useClient();
  const [state, setState] = useState<SequenceState>(idle);
  const end = useRef<AbortController | null>(null);
  useEffect(() => () => end.current?.abort(), []);

  const run = useCallback(
    (draft: Draft, steps: readonly SequenceStep[]): void => {
      end.current?.abort();
      const ending = new AbortController();
      end.current = ending;
      setState({ ...idle, running: true });
      void sendSteps(client, { draft, steps, signal: ending.signal, tell: setState }).finally(() => {
        if (end.current === ending) setState((before) => ({ ...before, running: false }));
      });
    },
    [client],
  );
  return { state, run, cancel: useCallback(() => end.current?.abort(), []) };
}

interface Sending {
  draft: Draft;
  steps: readonly SequenceStep[];
  signal: AbortSignal;
  tell: (change: (before: SequenceState) => SequenceState) => void;
}

async function sendSteps(client: ReturnType<typeof useClient>, { draft, steps, signal, tell }: Sending): Promise<void> {
  let from = 1;
  let second = 0;
  for (const step of steps) {
    for (let index = 0; index < step.seconds; index += 1, second += 1) {
      const place = second;
      tell((before) => ({ ...before, seconds: [...before.seconds, { second: place, wanted: step.perSecond, accepted: 0, tookMs: 0 }] }));
      for (const count of piecesOf(step.perSecond)) {
        if (signal.aborted) return;
        const startedMs = performance.now();
        if (count > 0) {
          const sent = await sendPiece(client, { draft, count, from, signal });
          from += count;
          tell((before) => added(before, { place, tookMs: performance.now() - startedMs, ...sent }));
          if (sent.refusal !== null) return;
        }
        await until(startedMs + 1_000 / PIECES_PER_SECOND, signal);
      }
    }
  }
}

/** Splits 10 a second into 3, 2, 3, 2. */
export function piecesOf(perSecond: number): readonly number[] {
  return Array.from(
    { length: PIECES_PER_SECOND },
    (_none, index) => Math.round(((index + 1) * perSecond) / PIECES_PER_SECOND) - Math.round((index * perSecond) / PIECES_PER_SECOND),
  );
}

type Piece = Pick<SequenceState, "accepted" | "firstTrace" | "refusal">;

async function sendPiece(
  client: ReturnType<typeof useClient>,
  { draft, count, from, signal }: { draft: Draft; count: number; from: number; signal: AbortSignal },
): Promise<Piece> {
  try {
    const { accepted, firstTraceId, refusal } = await client.send.many.mutate(
      {
        type: draft.type,
        id: draft.id,
        valueType: draft.valueType,
        text: textOf(draft),
        count,
        from,
        counterIn: counterIn(draft) ?? "body",
      },
      { signal },
    );
    return { accepted, firstTrace: firstTraceId, refusal: refusal === null ? null : `${refusal.title}: ${refusal.detail}` };
  } catch (error) {
    return { accepted: 0, firstTrace: null, refusal: signal.aborted ? null : error instanceof Error ? error.message : String(error) };
  }
}

function added(before: SequenceState, { place, tookMs, ...sent }: Piece & { place: number; tookMs: number }): SequenceState {
  return {
    ...before,
    accepted: before.accepted + sent.accepted,
    firstTrace: before.firstTrace ?? sent.firstTrace,
    refusal: sent.refusal,
    seconds: before.seconds.map((each) =>
      each.second === place ? { ...each, accepted: each.accepted + sent.accepted, tookMs: Math.max(each.tookMs, tookMs) } : each,
    ),
  };
}

function until(atMs: number, signal: AbortSignal): Promise<void> {
  const leftMs = atMs - performance.now();
  if (leftMs <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(done, leftMs);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
}
