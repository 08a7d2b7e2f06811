/**
 * Kinesis' answers: the shapes of those that this gateway reads, no more of each than that. The SDK passes on what came: of `null`, an
 * empty object or another service's JSON it makes an answer without fields, and one without an iterator would mean that a shard has ended.
 * Neighbour: kinesis-client.ts, which reads nothing else.
 */
import { z } from "zod";
import { readableAnswer } from "../readable-answer.ts";
import { KinesisError } from "./kinesis-error.ts";

const name = z.string().min(1);
/** Up to 128 bits and more. */
const digits = z.string().regex(/^\d{1,200}$/);
/** What is absent may be null. */
const maybe = <Shape extends z.ZodType>(shape: Shape) => shape.nullish().transform((value) => value ?? undefined);

export const listedStreams = z.object({ StreamNames: z.array(z.string()) });
export const streamSummary = z.object({ StreamDescriptionSummary: z.object({ StreamCreationTimestamp: z.date() }) });
export const listedShards = z.object({
  Shards: z.array(
    z.object({
      ShardId: name,
      ParentShardId: maybe(name),
      AdjacentParentShardId: maybe(name),
      HashKeyRange: z.object({ StartingHashKey: digits, EndingHashKey: digits }),
    }),
  ),
  NextToken: maybe(z.string()),
});
export const shardIterator = z.object({ ShardIterator: name });
export const fetchedRecords = z.object({
  Records: z.array(z.object({ SequenceNumber: digits, PartitionKey: z.string(), Data: z.instanceof(Uint8Array) })),
  NextShardIterator: maybe(z.string()),
  MillisBehindLatest: maybe(z.number()),
});
/** An entry that was taken has its place in the stream. */
export const putOutcomes = z.object({
  Records: z.array(
    z.union([
      z.object({ ErrorCode: name, ErrorMessage: maybe(z.string()) }),
      z.object({ SequenceNumber: digits }).transform(() => ({ ErrorCode: undefined, ErrorMessage: undefined })),
    ]),
  ),
});

/** Throws a KinesisError that says what is missing. */
export function answered<Shape extends z.ZodType>(shape: Shape, answer: unknown, where: string): z.output<Shape> {
  return readableAnswer(shape, answer, (detail) => new KinesisError({ code: "UNREADABLE_ANSWER", where, detail }));
}
