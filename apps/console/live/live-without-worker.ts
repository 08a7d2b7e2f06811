/**
 * LiveWithoutWorker: how a tab gets the live stream without a shared worker: the tab that holds a lock leads and shares over a broadcast
 * channel; without locks (no secure context), or when a worker did not answer, the tab has a hub of its own. It is fetched when it is
 * needed. Neighbour: live-link.ts.
 */
import { LiveHub, type HubMember } from "./live-hub.ts";
import type { LinkOptions, LiveLink } from "./live-link.ts";
import type { HubSays, TabSays } from "./live-message.ts";
import { openStream } from "./live-stream.ts";

export function openWithoutWorker(options: LinkOptions, alone: boolean): LiveLink {
  return !alone && typeof BroadcastChannel !== "undefined" && hasLocks() ? leaderLink(options) : ownLink(options);
}

function hasLocks(): boolean {
  return (navigator as { locks?: LockManager }).locks !== undefined;
}

function ownLink({ url, hear }: LinkOptions): LiveLink {
  const hub = new LiveHub({ url, open: openStream });
  const member = hub.join(hear);
  return { say: (message) => member.hear(message), close: () => hub.close() };
}

/** Messages of the channel: to the leader with the tab's name, from it to one tab, or to all when a new one leads. */
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
  // The request is refused only when close cancelled the wait for the lock.
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
