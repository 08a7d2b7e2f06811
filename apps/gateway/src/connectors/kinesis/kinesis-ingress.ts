/**
 * openKinesisIngress: reads streams into the engine. It first describes each stream, so that a wrong address, credentials or name become
 * its state before anything is read. Neighbours: stream-reader.ts (shards and their order), shard-reader.ts (records).
 */
import type { IngressContext, OpenIngress, PartProgress } from "../connector.ts";
import { Turns } from "../turns.ts";
import { DurableMarks } from "./durable-marks.ts";
import { KinesisAttempts } from "./kinesis-attempts.ts";
import { connectKinesis, type ConnectKinesis } from "./kinesis-client.ts";
import { KinesisError } from "./kinesis-error.ts";
import { connectorFailureOf } from "./kinesis-failure.ts";
import { streamPart, streamPositionText } from "./kinesis-position.ts";
import type { KinesisCalls, StreamDescription } from "./kinesis-wire.ts";
import type { KinesisIngressSpec } from "./kinesis.ts";
import { StreamReader } from "./stream-reader.ts";

/** How many answers may be in memory at once; each may have 10 MiB. */
const answersAtOnceMax = 8;
const lookAgainMs = 20;

export async function openKinesisIngress(
  { access, streams, startup, invalid }: KinesisIngressSpec,
  context: IngressContext,
  connect: ConnectKinesis = connectKinesis,
): Promise<OpenIngress> {
  const calls = connect(access, context);
  const found: StreamDescription[] = [];
  try {
    for (const { stream } of streams) found.push(await described(calls, stream, context));
  } catch (error) {
    calls.close();
    throw connectorFailureOf(error);
  }
  const marks = new DurableMarks(context.signal);
  const progress = new Map<string, PartProgress>();
  const parts = { calls, context, marks, invalid, progress, attempts: new KinesisAttempts(context), turns: new Turns(answersAtOnceMax) };
  const readers = streams.map((route) => new StreamReader(parts, route, startup));
  // The framework reports what is durable only after open() has resolved, so reading begins after that.
  const opened = context.wait(0);
  const running = readers.map(async (reader, index) => {
    await opened;
    await reader.run(found[index] ?? { createdMs: 0, serviceNowMs: undefined });
  });
  return {
    ended: Promise.race(running).catch((error: unknown) => Promise.reject(connectorFailureOf(error))),
    durable: (position, part) => marks.reached(position, part),
    progress: () => [...progress.values()],
    close: async () => {
      await Promise.allSettled(running);
      await Promise.all(readers.map((reader) => reader.ended()));
      calls.close();
    },
  };
}

async function described(calls: KinesisCalls, stream: string, context: IngressContext): Promise<StreamDescription> {
  try {
    return await calls.describe(stream);
  } catch (error) {
    if (error instanceof KinesisError && error.code === "ResourceNotFoundException") await remembersAbsence(stream, context);
    throw error;
  }
}

/** A stream that does not exist yet has no records that `latest` could skip, so once it exists it is read from its first record. */
async function remembersAbsence(stream: string, context: IngressContext): Promise<void> {
  const part = streamPart(stream);
  if ((await context.position(part)) !== undefined) return;
  await context.accept([], { position: streamPositionText({ createdMs: undefined, fromMs: undefined }), part });
  while (!context.signal.aborted && (await context.position(part)) === undefined) await context.wait(lookAgainMs);
}
