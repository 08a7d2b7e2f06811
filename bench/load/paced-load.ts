/**
 * PacedLoad: a fixed number of messages a second over the gRPC Publish stream, whatever becomes of those before (an open loop). Each has
 * its number in its value, so that it is recognised where it ends. Latency counts from when a message was due, not from when the timer came
 * to it. Neighbour: stream-load.ts is the closed loop.
 */
import { Client, credentials } from "@grpc/grpc-js";
import { PublishAck, PublishFrame, toSafeNumber } from "@signalbox/proto";
import { numbered, valueType } from "../workload.ts";

export interface PacedLoadOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly type: string;
  readonly nextId: () => string;
}

const tickMs = 1;
let producers = 0;

export interface PacedLoad {
  /** For each message, by its number, when it was due (performance.now). */
  readonly dueMs: readonly number[];
  /** For each message, the time from then to the acknowledgement that says it is durable. */
  readonly latenciesMs: readonly number[];
}

/** Resolves when all are durable. */
export async function pacedLoad(address: string, { perSecond, seconds, type, nextId }: PacedLoadOptions): Promise<PacedLoad> {
  const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const stream = client.makeBidiStreamRequest(
    "/signalbox.v1.Ingress/Publish",
    (frame: Buffer) => frame,
    (bytes: Buffer) => toSafeNumber(PublishAck.decode(bytes).durableSequence),
    {},
  );
  const producer = `paced ${process.pid} ${Date.now()} ${producers++}`;
  const count = Math.round(perSecond * seconds);
  const dueMs: number[] = [];
  const latenciesMs: number[] = [];
  const startMs = performance.now();
  const send = (): void => {
    const nowMs = performance.now();
    const messages = [];
    for (
      let due = startMs + (dueMs.length * 1000) / perSecond;
      due <= nowMs && dueMs.length < count;
      due = startMs + (dueMs.length * 1000) / perSecond
    ) {
      messages.push({ sequence: dueMs.length + 1, type, id: nextId(), valueType, value: numbered(dueMs.length) });
      dueMs.push(due);
    }
    if (messages.length > 0) stream.write(Buffer.from(PublishFrame.encode({ producer, messages }).finish()));
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((done, failed) => {
      stream.on("data", (durable: number) => {
        const nowMs = performance.now();
        for (let number = latenciesMs.length; number < durable; number++) latenciesMs.push(nowMs - (dueMs[number] ?? nowMs));
        if (durable === count) stream.end();
      });
      stream.on("error", failed);
      stream.once("end", done);
      timer = setInterval(send, tickMs);
    });
  } finally {
    clearInterval(timer);
    client.close();
  }
  return { dueMs, latenciesMs };
}
