/**
 * Traffic: senders that ask at least once, each message with a key of its own, until it is acknowledged; they keep what the gateway said
 * in between. What is acknowledged must count exactly once, in both functions of e2e/functions/counter.ts.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "../stack/api.ts";
import { until } from "../stack/until.ts";

const entities = 8;
const weight = "x".repeat(600);

export interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly problem: Readonly<Record<string, unknown>>;
}

interface Counts {
  readonly counter: readonly number[];
  readonly total: readonly number[];
}

export interface TrafficOptions {
  readonly senders?: number;
  /** The beginning of every key; another life of the senders needs another one. */
  readonly key?: string;
  /** Messages that earlier traffic had acknowledged. */
  readonly acknowledged?: readonly number[];
}

export class Traffic implements AsyncDisposable {
  readonly acknowledged: number[];
  readonly refusals: Refusal[] = [];
  /** How often the gateway was away or cut the connection. */
  unanswered = 0;
  readonly #api: Api;
  readonly #key: string;
  readonly #senders: Promise<unknown>;
  readonly #aborter = new AbortController();
  #stopping = false;
  #sent = 0;

  constructor(api: Api, options: TrafficOptions = {}) {
    this.#api = api;
    this.#key = options.key ?? "first";
    this.acknowledged = [...(options.acknowledged ?? Array.from({ length: entities }, () => 0))];
    this.#senders = Promise.all(Array.from({ length: options.senders ?? 6 }, () => this.#send()));
  }

  get total(): number {
    return this.acknowledged.reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when this many more messages were acknowledged. */
  more(messages: number): Promise<unknown> {
    const goal = this.total + messages;
    return until(() => this.total >= goal, { what: `${messages} more messages to be acknowledged`, timeoutMs: 30_000 });
  }

  /** Sends no new messages; each that was begun is acknowledged in the end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#senders;
  }

  /** Ends the senders at once, even in the middle of a message. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#aborter.abort();
    await this.#senders;
  }

  /** Resolves when both functions have counted exactly what was acknowledged. */
  async settled(): Promise<void> {
    const counted = await this.#countedAtRest();
    if (this.#compare(counted, (count, wanted) => count === wanted)) return;
    throw new Error(`counted is not what was acknowledged: ${JSON.stringify({ acknowledged: this.acknowledged, ...counted })}`);
  }

  /** The same after a kill: a message that was accepted without an answer may count as well, at most one for each sender. */
  async settledAtLeast(unheardMax = 6): Promise<void> {
    const counted = await this.#countedAtRest();
    const extra = counted.counter.reduce((sum, count) => sum + count, 0) - this.total;
    if (this.#compare(counted, (count, wanted) => count >= wanted) && extra <= unheardMax) return;
    throw new Error(`something acknowledged is missing: ${JSON.stringify({ acknowledged: this.acknowledged, ...counted })}`);
  }

  #compare(counted: Counts, fits: (count: number, wanted: number) => boolean): boolean {
    const all = this.acknowledged.every((wanted, id) => fits(counted.counter[id] ?? 0, wanted));
    return all && JSON.stringify(counted.counter) === JSON.stringify(counted.total);
  }

  #countedAtRest(): Promise<Counts> {
    return until(
      async () => {
        const summary = await this.#api.summary();
        return summary.waiting === 0 && summary.inFlight === 0 && (await this.counts());
      },
      { what: "everything to be processed", timeoutMs: 30_000 },
    );
  }

  async counts(): Promise<Counts> {
    const read = (name: string): Promise<number[]> =>
      Promise.all(
        this.acknowledged.map(async (_, id) =>
          Number((await this.#api.state({ type: `signalbox.disks/${name}`, id: String(id) }, "count")) ?? 0),
        ),
      );
    return { counter: await read("counter"), total: await read("total") };
  }

  async #send(): Promise<void> {
    while (!this.#stopping) {
      const number = this.#sent++;
      const id = number % entities;
      while (!(await this.#once(id, `${this.#key}-${number}`))) {
        if (this.#aborter.signal.aborted) return;
        await delay(100);
      }
      this.acknowledged[id] = (this.acknowledged[id] ?? 0) + 1;
    }
  }

  async #once(id: number, key: string): Promise<boolean> {
    try {
      const response = await fetch(`${this.#api.url}/v1/messages/signalbox.disks/counter/${id}`, {
        method: "POST",
        body: weight,
        headers: { "idempotency-key": key },
        signal: AbortSignal.any([this.#aborter.signal, AbortSignal.timeout(20_000)]),
      });
      const text = await response.text();
      if (response.status === 202) return true;
      this.refusals.push({
        status: response.status,
        retryAfter: response.headers.get("retry-after"),
        problem: JSON.parse(text) as Record<string, unknown>,
      });
    } catch {
      this.unanswered++;
    }
    return false;
  }
}
