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
  let subscription: { unsubscribe: () => void } | null = null;
  let openedFor = "";
  let settle: ReturnType<typeof setTimeout> | undefined;
  let reopen: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let lastHeardMs = Date.now();
  let tapeKnown = false;
  let closed = false;

  const learnTape = (): void => {
    tapeKnown = true;
    client.overview.tape.query().then(
      (buckets) => store.fillTape(buckets),
      () => {
        tapeKnown = false;
      },
    );
  };

  const scheduleReopen = (): void => {
    subscription?.unsubscribe();
    subscription = null;
    if (closed || reopen !== undefined) return;
    const delay = Math.min(REOPEN_MS_MIN * 2 ** failures, REOPEN_MS_MAX);
    failures += 1;
    reopen = setTimeout(() => {
      reopen = undefined;
      open();
    }, delay);
  };

  const open = (): void => {
    if (closed) return;
    clearTimeout(reopen);
    reopen = undefined;
    subscription?.unsubscribe();
    const needs = store.needs();
    openedFor = JSON.stringify(needs);
    lastHeardMs = Date.now();
    subscription = client.live.stream.subscribe(needs, {
      onData: (tracked) => {
        lastHeardMs = Date.now();
        failures = 0;
        if (!tapeKnown) learnTape();
        store.receive(tracked.data, lastHeardMs);
      },
      onError: () => {
        tapeKnown = false;
        store.offline(Date.now());
        scheduleReopen();
      },
      onComplete: () => scheduleReopen(),
    });
  };

  const watchdog = setInterval(() => {
    if (Date.now() - lastHeardMs <= SILENCE_MS_MAX) return;
    store.offline(Date.now());
    tapeKnown = false;
    if (reopen === undefined) scheduleReopen();
  }, 1_000);

  const forgetNeeds = store.onNeeds(() => {
    clearTimeout(settle);
    settle = setTimeout(() => {
      if (JSON.stringify(store.needs()) !== openedFor) open();
    }, SETTLE_MS);
  });

  settle = setTimeout(open, SETTLE_MS);

  return () => {
    closed = true;
    clearInterval(watchdog);
    clearTimeout(settle);
    clearTimeout(reopen);
    forgetNeeds();
    subscription?.unsubscribe();
  };
}
