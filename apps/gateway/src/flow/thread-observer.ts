/**
 * ThreadObserver: the part of the flow in a partition's own thread: a collector whose digests go to the gateway's thread. The engine loads
 * this module by its URL (compose.ts names it) in each thread.
 */
import type { CreateThreadObserver } from "@signalbox/runtime";
import { DigestSender } from "./digest-sender.ts";
import { FlowCollector } from "./flow-collector.ts";
import type { FlowDigest, FlowWatch } from "./flow-digest.ts";

export const createObserver: CreateThreadObserver = (send, isHome, place) => {
  const ending = new AbortController();
  const collector = new FlowCollector({ isHome, place });
  const digests = new DigestSender(collector, { send, signal: ending.signal });
  return {
    on: (event) => digests.on(event),
    told: (watch) => collector.watch(watch as FlowWatch),
    end: () => ending.abort(),
  };
};

/** Takes, on the other side, what `send` above was given. */
export function digestFromThread(digest: unknown): FlowDigest {
  return digest as FlowDigest;
}
