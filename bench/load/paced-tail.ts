/**
 * PacedTail: sends messages at a rate to many-types.ts, none of which is sent on, for programs that watch the tail. Messages that the
 * gateway is too slow for are sent later, not left out.
 */
import { setTimeout as wait } from "node:timers/promises";
import { everyType } from "../../e2e/functions/many-types-plan.ts";
import type { Api } from "../../e2e/stack/api.ts";

const everyMs = 20;
const inFlightMax = 256;
const ids = 997;

export interface PacedTail {
  sent(): number;
  /** Rejects when the first message is refused. */
  readonly ended: Promise<void>;
}

export function pacedTail(api: Api, { perSecond, signal }: { readonly perSecond: number; readonly signal: AbortSignal }): PacedTail {
  const types = everyType();
  let sent = 0;
  const run = async (): Promise<void> => {
    const started = performance.now();
    while (!signal.aborted) {
      const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
      const batch = Array.from({ length: Math.max(0, Math.min(inFlightMax, due - sent)) }, (_, n) => sent + n);
      await Promise.all(
        batch.map((n) => api.send({ type: types[n % types.length] ?? "", id: `e-${n % ids}` }, 0, { valueType: "many/hops" })),
      );
      sent += batch.length;
      if (batch.length < inFlightMax) await wait(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  return { sent: () => sent, ended: run() };
}
