/**
 * EgressRecords: the records of StateFun's Kafka and Kinesis egresses between their protobuf form and JSON text. Their value is bytes: a
 * JSON object or array stands under `value` as it is, other text under `valueText`, anything else under `valueBytes` in base64; each reads
 * back to the same bytes. Neighbour: value-codec.ts.
 */
import { parseExactly } from "./exact-json.ts";
import { KafkaProducerRecord, KinesisEgressRecord } from "./messages.ts";

export type EgressRecordBytes = { readonly kind: "ok"; readonly bytes: Uint8Array } | { readonly kind: "error"; readonly reason: string };

interface Codec {
  /** JSON names of the text fields, in the order in which they are shown. */
  readonly texts: readonly { readonly name: string; readonly shown: "always" | "when set" }[];
  readonly decode: (bytes: Uint8Array) => { readonly texts: readonly string[]; readonly value: Uint8Array };
  readonly encode: (texts: readonly string[], value: Uint8Array) => Uint8Array;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

const codecs: Readonly<Record<string, Codec>> = {
  "io.statefun.sdk.egress.KafkaProducerRecord": {
    texts: [
      { name: "topic", shown: "always" },
      { name: "key", shown: "when set" },
    ],
    decode(bytes) {
      const { topic, key, valueBytes } = KafkaProducerRecord.decode(bytes);
      return { texts: [topic, key], value: valueBytes };
    },
    encode: ([topic = "", key = ""], value) => KafkaProducerRecord.encode({ topic, key, valueBytes: value }).finish(),
  },
  "io.statefun.sdk.egress.KinesisEgressRecord": {
    texts: [
      { name: "stream", shown: "always" },
      { name: "partitionKey", shown: "always" },
      { name: "explicitHashKey", shown: "when set" },
    ],
    decode(bytes) {
      const record = KinesisEgressRecord.decode(bytes);
      return { texts: [record.stream, record.partitionKey, record.explicitHashKey], value: record.valueBytes };
    },
    encode: ([stream = "", partitionKey = "", hashKey = ""], value) =>
      KinesisEgressRecord.encode({ stream, partitionKey, explicitHashKey: hashKey, valueBytes: value }).finish(),
  },
};

function codecOf(typename: string): Codec | undefined {
  const fullName = typename.slice(typename.lastIndexOf("/") + 1);
  return Object.hasOwn(codecs, fullName) ? codecs[fullName] : undefined;
}

export function isEgressRecord(typename: string): boolean {
  return codecOf(typename) !== undefined;
}

/** Returns undefined when the bytes are not an encoding of the record. */
export function decodeEgressRecord(typename: string, bytes: Uint8Array): string | undefined {
  const codec = codecOf(typename);
  if (codec === undefined) return undefined;
  try {
    const { texts, value } = codec.decode(bytes);
    // When the bytes hold only fields that the record does not have, they are something else.
    if (bytes.length > 0 && value.length === 0 && texts.every((text) => text === "")) return undefined;
    const fields = codec.texts.flatMap(({ name, shown }, index) => {
      const text = texts[index] ?? "";
      return text === "" && shown === "when set" ? [] : [`${JSON.stringify(name)}:${JSON.stringify(text)}`];
    });
    return `{${[...fields, valueField(value)].join(",")}}`;
  } catch {
    return undefined;
  }
}

function valueField(value: Uint8Array): string {
  let text: string;
  try {
    text = utf8.decode(value);
  } catch {
    return `"valueBytes":"${Buffer.from(value).toString("base64")}"`;
  }
  return isDocument(text) ? `"value":${text}` : `"valueText":${JSON.stringify(text)}`;
}

/**
 * Accepts text that would be written again in the same way, digits included: only such text can stand inside other JSON and come out the
 * same.
 */
function isDocument(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    return JSON.stringify(parseExactly(text)) === text;
  } catch {
    return false;
  }
}

export function encodeEgressRecord(typename: string, text: string): EgressRecordBytes {
  const codec = codecOf(typename);
  const names = (codec?.texts ?? []).map(({ name }) => name);
  const expected = `an object with ${names.join(", ")} and one of value (JSON), valueText and valueBytes (base64)`;
  const refuse = (why: string): EgressRecordBytes => ({ kind: "error", reason: `a value of ${typename} is ${expected}; ${why}` });
  let fields: unknown;
  try {
    fields = parseExactly(text);
  } catch {
    return refuse("the text is not JSON");
  }
  if (codec === undefined || typeof fields !== "object" || fields === null || Array.isArray(fields)) return refuse("got something else");
  const given = new Map(Object.entries(fields));
  const unknown = [...given.keys()].find((name) => !names.includes(name) && !["value", "valueText", "valueBytes"].includes(name));
  if (unknown !== undefined) return refuse(`it has no field ${JSON.stringify(unknown.slice(0, 60))}`);
  const texts: string[] = [];
  for (const name of names) {
    const value = given.get(name) ?? "";
    if (typeof value !== "string" || !value.isWellFormed()) return refuse(`${name} is a text`);
    texts.push(value);
  }
  const value = valueOf(given);
  return value === undefined
    ? refuse("exactly one of the three is wanted, well-formed")
    : { kind: "ok", bytes: codec.encode(texts, value) };
}

function valueOf(given: ReadonlyMap<string, unknown>): Uint8Array | undefined {
  if (["value", "valueText", "valueBytes"].filter((name) => given.has(name)).length !== 1) return undefined;
  const valueText = given.get("valueText");
  if (typeof valueText === "string") return valueText.isWellFormed() ? new TextEncoder().encode(valueText) : undefined;
  const valueBytes = given.get("valueBytes");
  if (typeof valueBytes === "string") return base64Text.test(valueBytes) ? Buffer.from(valueBytes, "base64") : undefined;
  const value = given.get("value");
  return value === undefined ? undefined : new TextEncoder().encode(JSON.stringify(value));
}
