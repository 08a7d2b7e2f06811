/**
 * AlertCalls: sends one POST of JSON for each alert, in the background and with a bounded number of attempts. The URL obeys the rules for
 * places of endpoints: an alert cannot be sent where no function may be called, and redirects are not followed. Neighbours: alert-watch.ts
 * decides when, connectors/http sends. Guarantee: at most callsWaitingMax wait, each for at most attemptsMax attempts.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { EndpointPlaces } from "@signalbox/runtime";
import { backoffMs, type BackoffBounds } from "../../connectors/backoff.ts";
import { outcomeOf } from "../../connectors/http/http-outcome.ts";
import { HttpSender } from "../../connectors/http/http-sender.ts";
import type { AlertOutcome } from "../../contract/failures/alerts.ts";
import { Secret } from "../../shape/secret.ts";
import { calledTarget, type AlertTarget, type Variables } from "./alert-url.ts";

const attemptsMax = 5;
const callsWaitingMax = 100;
const callMsMax = 10_000;
const whatCharactersMax = 300;
const backoff: BackoffBounds = { firstMs: 1_000, mostMs: 30_000 };

export interface AlertCallsOptions {
  readonly places: EndpointPlaces;
  readonly variables: Variables;
  readonly draw: () => number;
  readonly warn: (message: string) => void;
}

export class AlertCalls {
  readonly #options: AlertCallsOptions;
  readonly #end = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  #sequence = 0;

  constructor(options: AlertCallsOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#tasks.size;
  }

  /** Makes one attempt and resolves with whether it was accepted in time. Never rejects. */
  async once(target: AlertTarget, content: object): Promise<AlertOutcome> {
    return (await this.#send(target, content)).outcome;
  }

  /** Calls in the background; `ended` gets the final outcome. */
  call(target: AlertTarget, content: object, ended: (outcome: AlertOutcome) => void): void {
    if (this.#tasks.size >= callsWaitingMax) {
      this.#options.warn(`an alert was not told: ${callsWaitingMax} wait for an answer already`);
      ended({ atMs: Date.now(), delivered: false, what: `${callsWaitingMax} calls wait already`, tookMs: 0 });
      return;
    }
    const task: Promise<void> = this.#until(target, content)
      // Nobody awaits this promise, so an error that is not caught here would end the process.
      .catch((error: unknown) => ({ atMs: Date.now(), delivered: false, what: String(error).slice(0, whatCharactersMax), tookMs: 0 }))
      .then(ended)
      .finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#tasks);
  }

  async #until(target: AlertTarget, content: object): Promise<AlertOutcome> {
    const { signal } = this.#end;
    for (let attempt = 1; ; attempt += 1) {
      const { outcome, again } = await this.#send(target, content);
      if (outcome.delivered || !again || attempt >= attemptsMax || signal.aborted)
        return attempt === 1 ? outcome : { ...outcome, what: `${outcome.what}, attempt ${attempt}` };
      await delay(backoffMs(attempt - 1, this.#options.draw(), backoff), undefined, { signal }).catch(() => undefined);
    }
  }

  async #send(target: AlertTarget, content: object): Promise<{ outcome: AlertOutcome; again: boolean }> {
    const atMs = Date.now();
    const startedMs = performance.now();
    const told = (delivered: boolean, what: string): AlertOutcome => ({
      atMs,
      delivered,
      what,
      tookMs: Math.round(performance.now() - startedMs),
    });
    const called = calledTarget(target, this.#options.variables);
    if (called.kind === "refused") return { outcome: told(false, called.why), again: false };
    const { url } = called;
    const headers = Object.fromEntries(Object.entries(called.headers).map(([name, value]) => [name, new Secret(value)]));
    const forbidden = this.#options.places.hostRefusal(new URL(url).hostname);
    if (forbidden !== undefined) return { outcome: told(false, forbidden), again: false };
    const sender = new HttpSender(
      {
        url,
        method: "POST",
        headers,
        contentType: "application/json",
        timeoutMs: callMsMax,
        attemptsMax: 1,
        deadLetters: undefined,
        signingSecret: undefined,
      },
      { id: `signalbox-alert-${randomUUID()}`, places: this.#options.places, nowMs: Date.now },
    );
    try {
      this.#sequence += 1;
      const bytes = Buffer.from(JSON.stringify(content));
      const from = { type: "signalbox/alert", id: "alert" };
      const value = { typename: "signalbox/alert", bytes };
      const record = { sequence: this.#sequence, trace: 0, egress: "signalbox/alert", from, value, atMs };
      const outcome = outcomeOf(await sender.send(record, this.#end.signal));
      if (outcome.kind === "delivered") return { outcome: told(true, "taken"), again: false };
      return { outcome: told(false, outcome.what), again: outcome.kind === "retry" };
    } finally {
      sender.close();
    }
  }
}
