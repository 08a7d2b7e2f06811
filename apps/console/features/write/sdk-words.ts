/**
 * The words of @signalbox/functions with their types, for completion while functions are written. tools/sdk-words.test.ts compares them
 * with what the SDK exports, so that none is missing and none is invented.
 */
export interface SdkWord {
  readonly name: string;
  /** The type as the SDK declares it. */
  readonly type: string;
  readonly about: string;
}

/** The names that can be imported. */
export const sdkExports: readonly SdkWord[] = [
  { name: "entity", type: "(type, { state, messages, on }) => Entity", about: "Defines a function type." },
  { name: "types", type: "{ bool, int, long, float, double, string }", about: "The built-in value types, the same in every SDK." },
  { name: "json", type: "(typename, schema) => ValueType", about: "A value type out of a schema (zod), under a name of its own." },
  { name: "bytes", type: "(typename) => ValueType<Uint8Array>", about: "Bytes as they are." },
  { name: "expiring", type: "(declared, rule) => Declared", about: "A state that is deleted some time after it was written or called." },
  { name: "message", type: "(target, type, value) => OutgoingMessage", about: "A message to any address." },
  { name: "record", type: "(type, value) => EgressRecord", about: "A typed value for an egress." },
  { name: "kafkaRecord", type: "({ topic, key?, value }) => EgressRecord", about: "A record for a Kafka egress." },
  { name: "kinesisRecord", type: "({ stream, partitionKey, value }) => EgressRecord", about: "A record for a Kinesis egress." },
  { name: "httpRecord", type: "({ json | text | bytes }) => EgressRecord", about: "The body of a request of an HTTP egress." },
  { name: "egress", type: "(id, type) => Egress", about: "A typed egress: ctx.egress(it, value) takes its values alone." },
  { name: "kafkaEgress", type: "(id, { topic, value }) => Egress", about: "A typed Kafka egress: takes { key?, topic?, value }." },
  { name: "kinesisEgress", type: "(id, { stream, value }) => Egress", about: "A typed Kinesis egress: takes { partitionKey, value }." },
  { name: "httpEgress", type: "(id, type) => Egress", about: "A typed HTTP egress: takes the body of a request." },
  { name: "Reject", type: "new (reason)", about: "Thrown: this message will never be taken; the entity is parked." },
  { name: "RetryLater", type: "new (after, reason?)", about: "Thrown: ask again after a time; no attempt is spent." },
  { name: "durationMs", type: '("10m") => number', about: "A duration in milliseconds." },
  { name: "createDispatcher", type: "(entities) => Dispatcher", about: "For hosts: bytes of a request to bytes of a reply." },
  { name: "ValueError", type: "Error", about: "A value that does not fit its type." },
];

/** The words after `ctx.` */
export const contextWords: readonly SdkWord[] = [
  { name: "self", type: "Address", about: "The entity that is called." },
  { name: "caller", type: "Address | undefined", about: "The entity that sent the message; undefined: it came from an ingress." },
  { name: "traceparent", type: "string | undefined", about: "The W3C trace context of the message, if it came with one." },
  { name: "state", type: "States", about: "Its state values: get(), set(value), delete()." },
  { name: "now", type: "number", about: "Time of the message in milliseconds, the same when it is tried again." },
  { name: "random", type: "() => number", about: "From 0 up to but not 1, the same when the message is tried again." },
  { name: "send", type: "(message) => void", about: "Sends it once the batch has ended well." },
  { name: "sendAfter", type: '("10m", message, { token? }) => void', about: "Sends it after a time; a token lets it be taken back." },
  { name: "cancel", type: "(token) => void", about: "Takes a delayed message back." },
  { name: "reply", type: "(type, value) => void", about: "Answers the caller." },
  { name: "replyDone", type: "() => void", about: "Says to a caller that wants many answers that there are no more." },
  { name: "egress", type: '("shop/out", record) => void', about: "Gives a record to an egress." },
  { name: "log", type: "{ info, warn, error }", about: "Lines beside the endpoint." },
];

/** The words after `types.` */
export const builtInWords: readonly SdkWord[] = [
  { name: "bool", type: "ValueType<boolean>", about: "true or false" },
  { name: "int", type: "ValueType<number>", about: "32 bits" },
  { name: "long", type: "ValueType<bigint>", about: "64 bits" },
  { name: "float", type: "ValueType<number>", about: "32 bits" },
  { name: "double", type: "ValueType<number>", about: "64 bits" },
  { name: "string", type: "ValueType<string>", about: "UTF-8" },
];

/** The words after `ctx.state.<name>.` */
export const stateWords: readonly SdkWord[] = [
  { name: "get", type: "() => Value | undefined", about: "undefined: it is empty." },
  { name: "set", type: "(value) => void", about: "Written when the batch has ended well." },
  { name: "delete", type: "() => void", about: "Empties it." },
];
