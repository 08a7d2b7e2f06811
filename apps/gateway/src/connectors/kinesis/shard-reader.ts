/**
 * readShard: one shard from its position to its end. A batch is fetched only once the one before it is durable, so a shard holds one answer at
 * most, and while the engine holds the ingress back nothing is fetched.
 * Guarantee: records in their order, each once; an iterator that expired is asked for again at the same place.
 */
import type { IngressContext } from "../connector.ts";
import { InvalidRecord } from "../invalid-record.ts";
import type { Turns } from "../turns.ts";
import type { DurableMarks } from "./durable-marks.ts";
import type { KinesisAttempts } from "./kinesis-attempts.ts";
import { chunksOf, type Chunk, type StreamRoute } from "./kinesis-chunks.ts";
import { KinesisError } from "./kinesis-error.ts";
import { failureOf } from "./kinesis-failure.ts";
import { readFrom, shardPart, shardPositionText, type ShardPosition, type StreamPosition } from "./kinesis-position.ts";
import type { FetchedRecords, KinesisCalls, KinesisShard } from "./kinesis-wire.ts";

export interface ReadingParts {
  readonly calls: KinesisCalls;
  readonly context: IngressContext;
  readonly marks: DurableMarks;
  readonly attempts: KinesisAttempts;
  /** Answers that are in memory at once, over all streams and shards of the ingress. */
  readonly turns: Turns;
}

export interface ShardToRead {
  readonly shard: KinesisShard;
  readonly route: StreamRoute;
  readonly stream: StreamPosition & { readonly createdMs: number };
  readonly from: Exclude<ShardPosition, { kind: "end" }> | undefined;
}

/** A shard answers five times a second, to all who read it together. */
const busyMs = 250;
const idleMs = 1000;

/** Resolves when the shard's end is durable, or when the signal is aborted. */
export async function readShard(parts: ReadingParts, { shard, route, stream, from }: ShardToRead): Promise<void> {
  const { calls, context, attempts, turns } = parts;
  const { signal } = context;
  const place = { stream: route.stream, shard: shard.id };
  const where = `${place.stream}/${place.shard}`;
  const part = shardPart(route.stream, stream.createdMs, shard.id);
  let at: ShardToRead["from"] = from;
  let iterator: string | undefined;
  const take = async (fetched: FetchedRecords): Promise<FetchedRecords> => {
    for (const chunk of chunksOf(fetched.records, { shard, route, from: at })) {
      await hand(parts, { chunk, part, where });
      if (chunk.position.kind !== "end") at = chunk.position;
    }
    return fetched;
  };
  while (!signal.aborted) {
    const known: string = iterator ?? (await attempts.call(where, () => calls.iterator(place, readFrom(at, stream))));
    const fetched = await unlessExpired(attempts.call(where, () => turns.run(signal, async () => take(await calls.records(known, place)))));
    iterator = fetched?.next;
    if (fetched === undefined) continue;
    if (iterator === undefined) return hand(parts, { chunk: { messages: [], position: { kind: "end" } }, part, where });
    await context.wait(fetched.records.length > 0 || fetched.behindMs > 0 ? busyMs : idleMs);
  }
}

/** Undefined: the iterator was too old. */
async function unlessExpired(fetching: Promise<FetchedRecords>): Promise<FetchedRecords | undefined> {
  try {
    return await fetching;
  } catch (error) {
    if (error instanceof KinesisError && failureOf(error).kind === "expired") return undefined;
    throw error;
  }
}

/** Resolves when the chunk is durable. A record that can never be a message is named and left out; the stream keeps it. */
async function hand(
  { context, marks }: ReadingParts,
  { chunk, part, where }: { chunk: Chunk; part: string; where: string },
): Promise<void> {
  const position = shardPositionText(chunk.position);
  const durable = marks.expect(part, position);
  for (let messages = chunk.messages; ; ) {
    try {
      await context.accept(messages, { position, part });
      return await durable;
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      const id = messages[error.index]?.target.id ?? "";
      context.logError(
        error,
        `the ingress ${context.id} leaves out a record of ${where}, at or before ${position}, key ${JSON.stringify(id.slice(0, 100))}`,
      );
      messages = messages.toSpliced(error.index, 1);
    }
  }
}
