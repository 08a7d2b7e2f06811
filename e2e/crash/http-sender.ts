/**
 * HttpSender: takes items and posts each with an Idempotency-Key until the gateway has acknowledged it. Now and then it posts the same key
 * twice at once, as a client does that stopped waiting too early. Sending at least once must come to exactly once (G2, G3).
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Api, ApiError } from "../stack/api.ts";
import type { Item, Workload } from "./workload.ts";

export interface SenderOptions {
  readonly workload: Workload;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

const answerWaitMsMax = 3000;
const racingShare = 0.05;
const pauseMs = 20;

export class HttpSender {
  /** How many posts were repeats of an item. */
  repeats = 0;
  readonly #api: Api;
  readonly #options: SenderOptions;

  constructor(api: Api, options: SenderOptions) {
    this.#api = api;
    this.#options = options;
  }

  /** Sends until the workload is exhausted. */
  async run(): Promise<void> {
    const { workload, signal } = this.#options;
    while (!workload.exhausted) {
      signal.throwIfAborted();
      const item = workload.held ? undefined : workload.nextCommand();
      if (item === undefined) await delay(pauseMs);
      else await this.#deliver(item);
    }
  }

  async #deliver(item: Item): Promise<void> {
    const { workload, random } = this.#options;
    if (item.planted !== "forget-send") await this.#sendUntilAcknowledged(item, item.key);
    if (item.planted === "double-send") await this.#sendUntilAcknowledged(item, undefined);
    if (random() < racingShare) await this.#race(item);
    if (item.counts) workload.acknowledged++;
  }

  async #race(item: Item): Promise<void> {
    if (item.planted !== undefined) return;
    this.repeats += 2;
    await Promise.all([this.#sendUntilAcknowledged(item, item.key), this.#sendUntilAcknowledged(item, item.key)]);
  }

  async #sendUntilAcknowledged(item: Item, idempotencyKey: string | undefined): Promise<void> {
    for (;;) {
      this.#options.signal.throwIfAborted();
      try {
        await this.#api.sendBytes(item.target, item.bytes, { valueType: item.valueType, idempotencyKey, timeoutMs: answerWaitMsMax });
        return;
      } catch (error) {
        if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error;
        this.repeats++;
        await delay(pauseMs);
      }
    }
  }
}
