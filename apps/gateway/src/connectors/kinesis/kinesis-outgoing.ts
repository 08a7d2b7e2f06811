/** outgoingEntry: a record of the outbox, as StateFun's SDKs write it for Kinesis, becomes an entry of a put; or why it cannot. */
import type { EgressRecord } from "@signalbox/runtime";
import { KinesisEgressRecord } from "@signalbox/proto";
import type { KinesisEntry } from "./kinesis-wire.ts";
import { isStreamName } from "./stream-name.ts";

export interface OutgoingEntry extends KinesisEntry {
  readonly sequence: number;
  readonly stream: string;
}

export type Outgoing = { readonly kind: "entry"; readonly entry: OutgoingEntry } | { readonly kind: "invalid"; readonly reason: string };

const typename = "type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord";
const keyCharactersMax = 256;
const hashKeyLimit = 2n ** 128n;

export function outgoingEntry({ sequence, value }: Pick<EgressRecord, "sequence" | "value">): Outgoing {
  const invalid = (reason: string): Outgoing => ({ kind: "invalid", reason });
  if (value.typename !== typename) return invalid(`a Kinesis egress takes ${typename}, not ${value.typename}`);
  let record: ReturnType<typeof KinesisEgressRecord.decode>;
  try {
    record = KinesisEgressRecord.decode(value.bytes);
  } catch (error) {
    return invalid(`it is no KinesisEgressRecord: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { stream, partitionKey: key, explicitHashKey, valueBytes: data } = record;
  if (!isStreamName(stream)) return invalid(`${JSON.stringify(stream.slice(0, 200))} is no name of a stream`);
  if (key === "" || key.length > keyCharactersMax)
    return invalid(`its partition key has ${key.length} characters; 1 to ${keyCharactersMax} are taken`);
  if (explicitHashKey !== "" && !isHashKey(explicitHashKey)) return invalid("its explicit hash key is no number below 2^128");
  return { kind: "entry", entry: { sequence, stream, key, hashKey: explicitHashKey === "" ? undefined : explicitHashKey, data } };
}

function isHashKey(text: string): boolean {
  return /^(0|[1-9]\d{0,38})$/.test(text) && BigInt(text) < hashKeyLimit;
}
