/**
 * Positions of a Kinesis ingress, all opaque texts to everybody else. Each stream has one, which says where shards begin that were never
 * read, and when the stream was created. Each shard has one of its own, whose name includes the stream's creation time, so that a stream
 * that is created again begins anew.
 */
import type { ReadFrom } from "./kinesis-wire.ts";

/** `createdMs` is undefined when the stream did not exist at the ingress' first look. */
export interface StreamPosition {
  readonly createdMs: number | undefined;
  /** Undefined means at the oldest record. */
  readonly fromMs: number | undefined;
}

export type ShardPosition =
  /** The end of the shard was reached. */
  | { readonly kind: "end" }
  /** `after`: all records up to this one were taken. The other kind: of the record at `sequence`, the first `taken` user records. */
  | { readonly kind: "after"; readonly sequence: string }
  | { readonly kind: "inside"; readonly sequence: string; readonly taken: number };

export function streamPart(stream: string): string {
  return stream;
}

/** A stream's name holds no "/". */
export function shardPart(stream: string, createdMs: number, shard: string): string {
  return `${stream}/${createdMs}/${shard}`;
}

export function streamPositionText({ createdMs, fromMs }: StreamPosition): string {
  return `${createdMs ?? "absent"} ${fromMs ?? "oldest"}`;
}

export function parseStreamPosition(text: string): StreamPosition {
  const [created = "", from = ""] = text.split(" ");
  return { createdMs: numberOf(created), fromMs: numberOf(from) };
}

export function shardPositionText(position: ShardPosition): string {
  switch (position.kind) {
    case "end":
      return "end";
    case "after":
      return position.sequence;
    case "inside":
      return `${position.sequence}/${position.taken}`;
  }
}

export function parseShardPosition(text: string): ShardPosition {
  if (text === "end") return { kind: "end" };
  const [sequence = "", taken] = text.split("/");
  return taken === undefined ? { kind: "after", sequence } : { kind: "inside", sequence, taken: Number(taken) };
}

export function readFrom(
  position: Exclude<ShardPosition, { kind: "end" }> | undefined,
  { fromMs }: Pick<StreamPosition, "fromMs">,
): ReadFrom {
  if (position !== undefined) return { kind: position.kind === "after" ? "after" : "at", sequence: position.sequence };
  return fromMs === undefined ? { kind: "oldest" } : { kind: "time", atMs: fromMs };
}

function numberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
