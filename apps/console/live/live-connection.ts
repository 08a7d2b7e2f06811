/**
 * Keeps exactly one tRPC subscription open for a tab, with what the store's pages need, and tells the store when frames
 * stop. Reopens with backoff for as long as the tab lives; needs that change within SETTLE_MS open it once.
 */
import type { Client } from "../trpc/client.ts";
import type { LiveStore } from "./live-store.ts";

const SETTLE_MS = 60;
/** The gateway sends a frame at least every second; after this many without one, what is shown is stale. */
const SILENCE_MS_MAX = 4_000;
const REOPEN_MS_MIN = 500;
const REOPEN_MS_MAX = 8_000;

export function openLiveConnection(client: Client, store: LiveStore): () => void {
  const connection = new LiveConnection(client, store);
  return () => connection.close();
}

class LiveConnection {
  readonly #client: Client;
  readonly #store: LiveStore;
  readonly #watchdog: ReturnType<typeof setInterval>;
  readonly #forgetNeeds: () => void;
  #subscription: { unsubscribe: () => void } | null = null;
  /** The needs that the open subscription serves. */
  #openedFor = "";
  #settle: ReturnType<typeof setTimeout> | undefined;
  #reopen: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #lastHeardMs = Date.now();
  #tapeKnown = false;
  #closed = false;

  constructor(client: Client, store: LiveStore) {
    this.#client = client;
    this.#store = store;
    this.#watchdog = setInterval(() => this.#check(), 1_000);
    this.#forgetNeeds = store.onNeeds(() => this.#openSoon());
    this.#openSoon();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watchdog);
    clearTimeout(this.#settle);
    clearTimeout(this.#reopen);
    this.#forgetNeeds();
    this.#subscription?.unsubscribe();
  }

  #openSoon(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      if (JSON.stringify(this.#store.needs()) !== this.#openedFor) this.#open();
    }, SETTLE_MS);
  }

  #open(): void {
    if (this.#closed) return;
    clearTimeout(this.#reopen);
    this.#reopen = undefined;
    this.#subscription?.unsubscribe();
    const needs = this.#store.needs();
    this.#openedFor = JSON.stringify(needs);
    this.#lastHeardMs = Date.now();
    this.#subscription = this.#client.live.stream.subscribe(needs, {
      onData: (tracked) => {
        this.#lastHeardMs = Date.now();
        this.#failures = 0;
        if (!this.#tapeKnown) this.#learnTape();
        this.#store.receive(tracked.data, this.#lastHeardMs);
      },
      onError: () => this.#lost(),
      onComplete: () => this.#reopenLater(),
    });
  }

  #check(): void {
    if (Date.now() - this.#lastHeardMs > SILENCE_MS_MAX && this.#reopen === undefined) this.#lost();
  }

  #lost(): void {
    this.#tapeKnown = false;
    this.#store.offline(Date.now());
    this.#reopenLater();
  }

  #reopenLater(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = null;
    if (this.#closed || this.#reopen !== undefined) return;
    const delayMs = Math.min(REOPEN_MS_MIN * 2 ** this.#failures, REOPEN_MS_MAX);
    this.#failures += 1;
    this.#reopen = setTimeout(() => this.#open(), delayMs);
  }

  #learnTape(): void {
    this.#tapeKnown = true;
    this.#client.overview.tape.query().then(
      (buckets) => this.#store.fillTape(buckets),
      () => {
        this.#tapeKnown = false;
      },
    );
  }
}
