/**
 * Silences: says that an instance of a co-located endpoint has let a call run out of its time, to whoever can look at the process. It uses a
 * channel of this process, because partitions have threads of their own. Neighbours: transport-process.ts says it; the gateway's supervisor
 * of processes watches (watchSilences), and finds out itself whether the process still answers anybody.
 */
import { BroadcastChannel } from "node:worker_threads";

const channelName = `signalbox-silences-${process.pid}`;

let channel: BroadcastChannel | undefined;

/** The URL template is that of the instance. */
export function saySilent(urlTemplate: string): void {
  if (channel === undefined) {
    channel = new BroadcastChannel(channelName);
    channel.unref();
  }
  channel.postMessage(urlTemplate);
}

/** The returned function ends the watch. Embedded functions may post here too: what they say is checked by whoever hears it. */
export function watchSilences(hear: (urlTemplate: string) => void): () => void {
  const listening = new BroadcastChannel(channelName);
  listening.unref();
  listening.onmessage = (event: unknown) => {
    const { data } = event as { readonly data: unknown };
    if (typeof data === "string") hear(data);
  };
  return () => listening.close();
}
