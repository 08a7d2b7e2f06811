/**
 * InvalidHandling: what an ingress does with a record that can never become a message (no key, an invalid address): skip it, park it, or
 * forward it to a function. A parked or forwarded one is a message in its place among the others, so it is kept exactly once, raw and with
 * the reason. Parked ones wait, in order, in the mailbox of an entity of the engine's own type, where a person looks at them and discards
 * them.
 */
import { invalidRecordType, type Address, type TypedValue } from "@signalbox/runtime";
import { typename, type Fields } from "../shape/shape.ts";
import type { SpecReader } from "../shape/spec-reader.ts";
import type { ReadContext } from "./connector.ts";

export type InvalidHandling = { readonly kind: "skip" } | { readonly kind: "park" } | { readonly kind: "forward"; readonly to: string };

export interface RawRecord {
  readonly ingress: string;
  /** Where the record is in the other system: its part and its position there. */
  readonly part: string;
  readonly position: string;
  readonly what: string;
  readonly atMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: Uint8Array | null, value: Uint8Array | null])[];
  readonly messageBytesMax: number;
}

const words = ["skip", "park", "forward"] as const;

export const invalidFields: Fields = {
  invalidRecordHandling: {
    shape: { kind: "word", words },
    meaning:
      "What happens to records that cannot become messages (no key, no value): they are skipped, parked, or forwarded to a function.",
    fallback: "park",
  },
  invalidRecords: { shape: typename, meaning: "Function type that gets them; invalidRecordHandling is `forward` then." },
};

export function readInvalidHandling(spec: SpecReader, { issues }: ReadContext): InvalidHandling {
  const to = spec.text("invalidRecords");
  const word = spec.text("invalidRecordHandling")?.toLowerCase() ?? (to === undefined ? "park" : "forward");
  if (word === "forward" && to === undefined)
    issues.error(spec.position("invalidRecordHandling"), "`forward` needs the function type `invalidRecords` beside it.", "invalidRecords");
  if (word !== "forward" && to !== undefined)
    issues.error(spec.position("invalidRecords"), `\`invalidRecords\` has no use with \`${word}\`.`, "forward");
  if (word === "forward") return { kind: "forward", to: to ?? "" };
  return word === "skip" ? { kind: "skip" } : { kind: "park" };
}

/**
 * JSON: ingress, part, position, what, atMs, key, value, headers; bytes as their length and base64, cut when they would not fit into a
 * message.
 */
export const invalidRecordTypename = "io.signalbox/invalid-record";

/** undefined when the record is skipped. */
export function messageOfInvalid(
  handling: InvalidHandling,
  raw: RawRecord,
): { readonly target: Address; readonly value: TypedValue } | undefined {
  if (handling.kind === "skip") return undefined;
  const { key, value, headers, messageBytesMax, ...rest } = raw;
  let room = Math.max(0, Math.floor((messageBytesMax - overheadBytes) * 0.7));
  const kept = (bytes: Uint8Array | null): { readonly bytes: number; readonly base64: string } | null => {
    if (bytes === null) return null;
    const some = bytes.subarray(0, room);
    room -= some.length;
    return { bytes: bytes.length, base64: Buffer.from(some).toString("base64") };
  };
  const json = {
    ...rest,
    key: kept(key),
    value: kept(value),
    headers: namesWithin(headers.slice(0, headersKeptMax)).map(([name, bytes]) => ({ name, value: kept(bytes) })),
  };
  const type = handling.kind === "forward" ? handling.to : invalidRecordType;
  return {
    target: { type, id: `${raw.ingress} ${raw.part}`.slice(0, idCharactersMax) },
    value: { typename: invalidRecordTypename, bytes: Buffer.from(JSON.stringify(json)) },
  };
}

const idCharactersMax = 300;
/** Room for the JSON around the bytes: names, reason, headers. */
const overheadBytes = 16 * 1024;
const headersKeptMax = 100;
const headerNameCharactersMax = 60;

/** Control characters take six bytes each in JSON, so names are counted as they will be written. */
const headerNamesBytesMax = 6 * 1024;

function namesWithin(headers: RawRecord["headers"]): (readonly [name: string, value: Uint8Array | null])[] {
  let left = headerNamesBytesMax;
  return headers.flatMap(([raw, value]) => {
    const name = textOf(raw);
    left -= Buffer.byteLength(JSON.stringify(name));
    return left < 0 ? [] : [[name, value] as const];
  });
}

function textOf(name: Uint8Array | null): string {
  return Buffer.from(name ?? [])
    .toString("utf8")
    .slice(0, headerNameCharactersMax);
}
