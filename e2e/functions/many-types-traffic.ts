/**
 * Traffic for many-types.ts: sends a message to one type after the other, each with two hops to go, as fast as its rate says, until its
 * signal ends. Send errors end it: a stand whose traffic stopped would measure nothing.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Api } from "../stack/api.ts";
import { everyType } from "./many-types-plan.ts";

export async function sendTraffic(api: Api, { perSecond, signal }: { perSecond: number; signal: AbortSignal }): Promise<void> {
  const types = everyType();
  const everyMs = 50;
  const started = performance.now();
  let sent = 0;
  while (!signal.aborted) {
    const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
    const batch = Array.from({ length: Math.min(200, due - sent) }, (_, n) => sent + n);
    await Promise.all(
      batch.map((n) => api.send({ type: types[n % types.length] ?? "", id: `e-${n % 997}` }, 2, { valueType: "many/hops" })),
    );
    sent += batch.length;
    await wait(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
