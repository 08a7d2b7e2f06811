/**
 * LiveLink: how a tab reaches the hub with the browser's one stream: a shared worker; where there is none, the tab that holds a lock leads
 * and shares over a broadcast channel; where there are no locks either (no secure context), the tab has a hub of its own.
 */
import { LiveHub, type HubMember } from "./live-hub.ts";
import type { HubSays, TabSays } from "./live-message.ts";
import { openStream } from "./live-stream.ts";

/** A worker that has not answered by then (its script did not load) is given up. */
const WORKER_MS_MAX = 5_000;

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

function workerLink(options: LinkOptions): LiveLink {
  const worker = new SharedWorker(new URL("./live-worker.ts", import.meta.url), { type: "module", name: `signalbox ${options.url}` });
  const { port } = worker;
  let instead: LiveLink | undefined;
  const giveUp = (): void => {
    clearTimeout(late);
    if (instead !== undefined) return;
    port.close();
    instead = ownLink(options);
    instead.say(options.current());
  };
  const late = setTimeout(giveUp, WORKER_MS_MAX);
  worker.addEventListener("error", giveUp);
  port.addEventListener("message", ({ data }: MessageEvent<HubSays | "ready">) => {
    clearTimeout(late);
    if (data !== "ready" && instead === undefined) options.hear(data);
  });
  port.start();
  port.postMessage({ url: options.url });
  return {
    say: (message) => {
      if (instead === undefined) port.postMessage(message);
      else instead.say(message);
    },
    close: () => {
      clearTimeout(late);
      port.postMessage({ needs: null } satisfies TabSays);
      port.close();
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
