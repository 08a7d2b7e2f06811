/**
 * Load over the gRPC Publish stream: keeps `inFlight` messages unacknowledged, and sends what an acknowledgement makes room for as one
 * frame. Latency is from writing a message to the acknowledgement that covers it.
 */
import { Client, credentials } from "@grpc/grpc-js";
import { PublishAck, toSafeNumber } from "@signalbox/proto";
import { cpuOfThisProcess, type Load, percentiles } from "./load.ts";
import { PublishFrames } from "./publish-frames.ts";

const frameMessagesMax = 1000;

export interface StreamLoadOptions {
  readonly inFlight: number;
  readonly type: string;
  readonly nextId: () => string;
  /** The load ends after this time, after this many messages, or at the signal, whichever comes first. */
  readonly seconds?: number;
  readonly messagesMax?: number;
  readonly signal?: AbortSignal;
}

export interface StreamLoad extends Load {
  /** For every message in order: when it was sent (performance.now) and how long its acknowledgement took. */
  readonly sentAtMs: readonly number[];
  readonly latenciesMs: readonly number[];
}

let producers = 0;

export async function streamLoad(address: string, options: StreamLoadOptions): Promise<StreamLoad> {
  const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const stream = client.makeBidiStreamRequest(
    "/signalbox.v1.Ingress/Publish",
    (frame: Buffer) => frame,
    (bytes: Buffer) => toSafeNumber(PublishAck.decode(bytes).durableSequence),
    {},
  );
  // The producer has a new name, so that a gateway that was filled before does not take these messages for repeats of an earlier run.
  const frames = new PublishFrames(`bench ${process.pid} ${Date.now()} ${producers++}`, options.type);
  const sentAtMs: number[] = [];
  const latenciesMs: number[] = [];
  const cpuBefore = cpuOfThisProcess();
  const endMs = performance.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const messagesMax = options.messagesMax ?? Number.POSITIVE_INFINITY;
  let acknowledged = 0;

  const fill = (): void => {
    const nowMs = performance.now();
    const open = nowMs < endMs && options.signal?.aborted !== true;
    while (open) {
      const room = Math.min(frameMessagesMax, options.inFlight - (sentAtMs.length - acknowledged), messagesMax - sentAtMs.length);
      if (room <= 0) return;
      const first = sentAtMs.length + 1;
      for (let count = 0; count < room; count++) sentAtMs.push(nowMs);
      stream.write(frames.write(first, room, options.nextId));
    }
  };

  try {
    await new Promise<void>((done, failed) => {
      stream.on("data", (durable: number) => {
        const nowMs = performance.now();
        for (; acknowledged < durable; acknowledged++) latenciesMs.push(nowMs - (sentAtMs[acknowledged] ?? nowMs));
        fill();
        if (acknowledged === sentAtMs.length) stream.end();
      });
      stream.on("error", failed);
      stream.once("end", done);
      fill();
    });
  } finally {
    client.close();
  }
  const loadCpuMicroseconds = cpuOfThisProcess() - cpuBefore;
  return { sent: acknowledged, ...percentiles(latenciesMs), loadCpuMicroseconds, sentAtMs, latenciesMs };
}
