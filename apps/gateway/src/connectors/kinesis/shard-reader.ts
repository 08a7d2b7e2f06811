/**
 * readShard: one shard from its position to its end. A batch is fetched only once the one before it is durable, so at most one answer per
 * shard is in memory, and nothing is fetched while the engine holds the ingress back. Guarantee: records come in order, each once; when an
 * iterator has expired, another one is requested at the same place.
 */
import type { IngressContext, PartProgress } from "../connector.ts";
import { messageOfInvalid, type InvalidHandling } from "../invalid-handling.ts";
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
  readonly invalid: InvalidHandling;
  /** The progress of the shards that are being read, by stream and shard. */
  readonly progress: Map<string, PartProgress>;
  /** Bounds the answers in memory over all streams and shards of the ingress. */
  readonly turns: Turns;
}

export interface ShardToRead {
  readonly shard: KinesisShard;
  readonly route: StreamRoute;
  readonly stream: StreamPosition & { readonly createdMs: number };
  readonly from: Exclude<ShardPosition, { kind: "end" }> | undefined;
}

/** The pause between fetches: a shard answers five times a second, for all its readers together. */
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
    const position = at === undefined ? "" : shardPositionText(at);
    parts.progress.set(where, { part: where, position, lag: fetched.behindMs === 0 ? 0 : undefined });
    return fetched;
  };
  while (!signal.aborted) {
    const known: string = iterator ?? (await attempts.call(where, () => calls.iterator(place, readFrom(at, stream))));
    const fetched = await unlessExpired(attempts.call(where, () => turns.run(signal, async () => take(await calls.records(known, place)))));
    iterator = fetched?.next;
    if (fetched === undefined) {
      context.count("iterator-expired");
      continue;
    }
    if (iterator === undefined) {
      parts.progress.delete(where);
      return hand(parts, { chunk: { messages: [], position: { kind: "end" } }, part, where });
    }
    await context.wait(fetched.records.length > 0 || fetched.behindMs > 0 ? busyMs : idleMs);
  }
}

/** Undefined when the iterator was too old. */
async function unlessExpired(fetching: Promise<FetchedRecords>): Promise<FetchedRecords | undefined> {
  try {
    return await fetching;
  } catch (error) {
    if (error instanceof KinesisError && failureOf(error).kind === "expired") return undefined;
    throw error;
  }
}

/** Resolves when the chunk is durable. An invalid record is handled in its place as the module says. */
async function hand(parts: ReadingParts, { chunk, part, where }: { chunk: Chunk; part: string; where: string }): Promise<void> {
  const { context, marks } = parts;
  const position = shardPositionText(chunk.position);
  const durable = marks.expect(part, position);
  for (let messages = chunk.messages; ; ) {
    try {
      await context.accept(messages, { position, part });
      return await durable;
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      messages = withoutInvalid(parts, messages, { error, where, position });
    }
  }
}

interface Invalid {
  readonly error: InvalidRecord;
  readonly where: string;
  /** The position of the record, or one after it. */
  readonly position: string;
}

/** Replaces all messages of an invalid record (one per target) by a single one. */
function withoutInvalid(
  { context, invalid }: ReadingParts,
  messages: Chunk["messages"],
  { error, where, position }: Invalid,
): Chunk["messages"] {
  const bad = messages[error.index];
  if (bad === undefined) throw error;
  const { bytes } = bad.value;
  const at = { part: where, position };
  context.invalid({ ...at, what: error.message, done: invalid.kind });
  const put = messageOfInvalid(invalid, {
    ...at,
    ...{ ingress: context.id, what: `a record of ${where} at or before ${position} is no message: ${error.message}` },
    ...{ atMs: context.nowMs(), messageBytesMax: context.messageBytesMax },
    ...{ key: Buffer.from(bad.target.id), value: bytes, headers: [] },
  });
  return messages.flatMap((message, index) => {
    if (message.value.bytes !== bytes) return [message];
    return index === error.index && put !== undefined ? [put] : [];
  });
}
