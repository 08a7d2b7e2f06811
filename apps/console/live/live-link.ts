/**
 * LiveLink: how a tab reaches the hub with the browser's one stream: a shared worker; where there is none, the tab that holds a lock leads
 * and shares over a broadcast channel; where there are no locks either (no secure context), the tab has a hub of its own.
 */
import { LiveHub, type HubMember } from "./live-hub.ts";
import type { HubSays, TabSays } from "./live-message.ts";
import { openStream } from "./live-stream.ts";
import type { WorkerHello, WorkerSays } from "./live-worker.ts";

/** A worker that has not answered by then (its script did not load, or it is gone) is left. */
const WORKER_MS_MAX = 5_000;
/** So many in a row without an answer, and the tab does without. */
const WORKERS_MAX = 2;

export interface LiveLink {
  say(message: TabSays): void;
  close(): void;
}

export interface LinkOptions {
  /** Of the tRPC route, whole. */
  readonly url: string;
  readonly hear: (message: HubSays) => void;
  /** Asked when the hub is a new one that knows nothing of this tab. */
  readonly current: () => TabSays;
}

export function openLink(options: LinkOptions): LiveLink {
  if (typeof SharedWorker !== "undefined") return workerLink(options);
  if (typeof BroadcastChannel !== "undefined" && hasLocks()) return leaderLink(options);
  return ownLink(options);
}

function hasLocks(): boolean {
  return (navigator as { locks?: LockManager }).locks !== undefined;
}

function ownLink({ url, hear }: LinkOptions): LiveLink {
  const hub = new LiveHub({ url, open: openStream });
  const member = hub.join(hear);
  return { say: (message) => member.hear(message), close: () => hub.close() };
}

/**
 * The worker answers every word. One that was ended with the page before, just as this tab joined it, or that crashed later, answers none: the tab
 * joins a new one then, and does without where that does not answer either.
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
    instead = ownLink(options);
    instead.say(options.current());
  };
  const say = (message: WorkerHello | TabSays): void => {
    port?.postMessage(message);
    late ??= setTimeout(notAnswered, WORKER_MS_MAX);
  };
  const join = (): void => {
    const worker = new SharedWorker(new URL("./live-worker.ts", import.meta.url), { type: "module", name: `signalbox ${options.url}` });
    const joined = worker.port;
    port = joined;
    worker.addEventListener("error", giveUp);
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

/** What goes over the channel: to the leader with the tab's name, from it to one tab, or to all that a new one leads. */
type ChannelSays =
  | { readonly kind: "up"; readonly tab: string; readonly message: TabSays }
  | { readonly kind: "down"; readonly tab: string; readonly message: HubSays }
  | { readonly kind: "new-leader" };

function leaderLink(options: LinkOptions): LiveLink {
  const tab = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const name = `signalbox ${options.url}`;
  const channel = new BroadcastChannel(name);
  const ending = new AbortController();
  let leading: Leader | undefined;
  channel.addEventListener("message", ({ data }: MessageEvent<ChannelSays>) => {
    switch (data.kind) {
      case "up":
        return leading?.hear(data.tab, data.message);
      case "down":
        return data.tab === tab ? options.hear(data.message) : undefined;
      case "new-leader":
        return channel.postMessage({ kind: "up", tab, message: options.current() } satisfies ChannelSays);
    }
  });
  const lead = async (): Promise<void> => {
    leading = new Leader(options.url, (to, message) => {
      if (to === tab) options.hear(message);
      else channel.postMessage({ kind: "down", tab: to, message } satisfies ChannelSays);
    });
    leading.hear(tab, options.current());
    channel.postMessage({ kind: "new-leader" } satisfies ChannelSays);
    await new Promise((done) => ending.signal.addEventListener("abort", done, { once: true }));
  };
  // Refused only when the wait for the lock was called off by close.
  navigator.locks.request(name, { signal: ending.signal }, lead).catch(() => undefined);
  return {
    say: (message) => {
      if (leading === undefined) channel.postMessage({ kind: "up", tab, message } satisfies ChannelSays);
      else leading.hear(tab, message);
    },
    close: () => {
      channel.postMessage({ kind: "up", tab, message: { needs: null } } satisfies ChannelSays);
      ending.abort();
      leading?.close();
      channel.close();
    },
  };
}

class Leader {
  readonly #hub: LiveHub;
  readonly #say: (tab: string, message: HubSays) => void;
  readonly #members = new Map<string, HubMember>();

  constructor(url: string, say: (tab: string, message: HubSays) => void) {
    this.#hub = new LiveHub({ url, open: openStream });
    this.#say = say;
  }

  hear(tab: string, message: TabSays): void {
    let member = this.#members.get(tab);
    if (member === undefined) {
      member = this.#hub.join((down) => this.#say(tab, down));
      this.#members.set(tab, member);
    }
    member.hear(message);
    if (message.needs !== null) return;
    member.leave();
    this.#members.delete(tab);
  }

  close(): void {
    this.#hub.close();
  }
}
