/**
 * LiveLink: how a tab reaches the hub with the browser's one stream: a shared worker; without one, the tab that holds a lock leads and
 * shares over a broadcast channel; without locks (no secure context), the tab has a hub of its own.
 */
import type { HubSays, TabSays } from "./live-message.ts";
import type { WorkerHello, WorkerSays } from "./live-worker.ts";

/** A worker that has not answered by then (its script did not load, or it is gone) is given up. */
const WORKER_MS_MAX = 5_000;
/** After this many in a row without an answer, the tab works without a worker. */
const WORKERS_MAX = 2;

export interface LiveLink {
  say(message: TabSays): void;
  close(): void;
}

export interface LinkOptions {
  /** The whole URL of the tRPC route. */
  readonly url: string;
  readonly hear: (message: HubSays) => void;
  /** Called when the hub is a new one that knows nothing of this tab. */
  readonly current: () => TabSays;
}

export function openLink(options: LinkOptions): LiveLink {
  return typeof SharedWorker === "undefined" ? withoutWorker(options, false) : workerLink(options);
}

/** Fetched when it is needed, which most browsers never do. */
function withoutWorker(options: LinkOptions, alone: boolean): LiveLink {
  let link: LiveLink | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const load = (): void => {
    import("./live-without-worker.ts").then(
      ({ openWithoutWorker }) => {
        if (closed) return;
        link = openWithoutWorker(options, alone);
        link.say(options.current());
      },
      () => {
        if (!closed) again = setTimeout(load, WORKER_MS_MAX);
      },
    );
  };
  load();
  return {
    say: (message) => link?.say(message),
    close: () => {
      closed = true;
      clearTimeout(again);
      link?.close();
    },
  };
}

/**
 * The worker answers every message. One that was ended with the page before, just as this tab joined it, or that crashed later, does not
 * answer; then the tab joins a new one, and works without when that does not answer either.
 */
function workerLink(options: LinkOptions): LiveLink {
  let instead: LiveLink | undefined;
  let port: MessagePort | undefined;
  let late: ReturnType<typeof setTimeout> | undefined;
  let unanswered = 0;
  const heard = (): void => {
    clearTimeout(late);
    late = undefined;
    unanswered = 0;
  };
  const leave = (): void => {
    clearTimeout(late);
    late = undefined;
    port?.close();
    port = undefined;
  };
  const giveUp = (): void => {
    if (instead !== undefined) return;
    leave();
    instead = withoutWorker(options, true);
  };
  const say = (message: WorkerHello | TabSays): void => {
    port?.postMessage(message);
    late ??= setTimeout(notAnswered, WORKER_MS_MAX);
  };
  const join = (): void => {
    const worker = new SharedWorker(new URL("./live-worker.ts", import.meta.url), { type: "module", name: `signalbox ${options.url}` });
    const joined = worker.port;
    port = joined;
    worker.addEventListener("error", () => {
      // A port that was given up already has nothing to say about the one that was joined since.
      if (port === joined) giveUp();
    });
    joined.addEventListener("message", ({ data }: MessageEvent<WorkerSays>) => {
      if (port !== joined) return;
      heard();
      if (data !== "ready") options.hear(data);
    });
    joined.start();
    say({ url: options.url });
  };
  const notAnswered = (): void => {
    leave();
    if (++unanswered >= WORKERS_MAX) return giveUp();
    join();
    say(options.current());
  };
  join();
  return {
    say: (message) => (instead === undefined ? say(message) : instead.say(message)),
    close: () => {
      port?.postMessage({ needs: null } satisfies TabSays);
      leave();
      instead?.close();
    },
  };
}
