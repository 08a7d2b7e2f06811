/**
 * chunksOf: turns the records of one fetch into messages, in pieces for one accept() each, with the position after each piece. A record
 * with many user records and targets may be cut; the position then says how many of its messages were taken.
 */
import { recordsPerAcceptMax, type IngressRecord } from "../connector.ts";
import { unpacked } from "./kinesis-aggregation.ts";
import type { ShardPosition } from "./kinesis-position.ts";
import type { KinesisRecord, KinesisShard } from "./kinesis-wire.ts";

export interface StreamRoute {
  readonly stream: string;
  readonly valueType: string;
  readonly targets: readonly string[];
}

export interface Chunk {
  readonly messages: readonly IngressRecord[];
  /** The position after these messages. */
  readonly position: ShardPosition;
}

export interface ChunkRules {
  readonly shard: Pick<KinesisShard, "firstHash" | "lastHash">;
  readonly route: StreamRoute;
  /** Where reading began: messages of the first record that were taken before are left out. */
  readonly from: ShardPosition | undefined;
}

export function* chunksOf(records: readonly KinesisRecord[], { shard, route, from }: ChunkRules): Generator<Chunk> {
  let messages: IngressRecord[] = [];
  let position: ShardPosition | undefined;
  for (const [index, record] of records.entries()) {
    const all = messagesOf(record, shard, route);
    let taken = index === 0 && from?.kind === "inside" && from.sequence === record.sequence ? from.taken : 0;
    while (messages.length + all.length - taken > recordsPerAcceptMax) {
      const room = recordsPerAcceptMax - messages.length;
      taken += room;
      yield { messages: [...messages, ...all.slice(taken - room, taken)], position: { kind: "inside", sequence: record.sequence, taken } };
      messages = [];
    }
    messages.push(...all.slice(taken));
    position = { kind: "after", sequence: record.sequence };
  }
  if (position !== undefined) yield { messages, position };
}

function messagesOf(record: KinesisRecord, shard: ChunkRules["shard"], { targets, valueType: typename }: StreamRoute): IngressRecord[] {
  return unpacked(record, shard).flatMap(({ key: id, data: bytes }) =>
    targets.map((type) => ({ target: { type, id }, value: { typename, bytes } })),
  );
}
