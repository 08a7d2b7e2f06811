/**
 * HttpEgress: delivers records to a URL, one request each, in order. A record counts as delivered once a complete 2xx answer has come. When
 * an answer is lost the request is repeated, so the receiver must recognise repeats by `webhook-id`. Neighbours: http-sender.ts (the
 * request), http-outcome.ts (what an answer means). The framework waits, acknowledges and puts records aside.
 */
import type { EgressRecord } from "@signalbox/runtime";
import type { EgressContext, OpenEgress } from "../connector.ts";
import type { Delivery } from "../delivery.ts";
import { outcomeOf, type HttpOutcome } from "./http-outcome.ts";
import { placeFailure } from "./http-place.ts";
import { HttpSender } from "./http-sender.ts";
import type { HttpEgressSpec } from "./http.ts";

export async function openHttpEgress(spec: HttpEgressSpec, context: EgressContext): Promise<OpenEgress> {
  const forbidden = placeFailure(spec, context);
  if (forbidden !== undefined) throw forbidden;
  const sender = new HttpSender(spec, context);
  const attempts = new Attempts(spec.attemptsMax);
  return {
    deadLetters: spec.deadLetters,
    deliver: (records, signal) => deliver(records, async (record) => attempts.judge(record, outcomeOf(await sender.send(record, signal)))),
    close: async () => sender.close(),
  };
}

async function deliver(records: readonly EgressRecord[], send: (record: EgressRecord) => Promise<HttpOutcome>): Promise<Delivery> {
  let through: number | undefined;
  for (const record of records) {
    const outcome = await send(record);
    switch (outcome.kind) {
      case "delivered":
        through = record.sequence;
        break;
      case "retry":
        return { ...outcome, through };
      case "rejected":
        return { ...outcome, sequence: record.sequence };
    }
  }
  return { kind: "delivered", through: through ?? 0 };
}

/** Counts the attempts of the first record; after a restart the count begins again. */
class Attempts {
  readonly #max: number;
  #sequence = 0;
  #count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  judge({ sequence }: EgressRecord, outcome: HttpOutcome): HttpOutcome {
    if (outcome.kind !== "retry") return outcome;
    this.#count = sequence === this.#sequence ? this.#count + 1 : 1;
    this.#sequence = sequence;
    if (this.#count < this.#max) return outcome;
    const { what, cure, excerpt } = outcome;
    return { kind: "rejected", what: `${what}, ${this.#count} times`, cure, excerpt };
  }
}
