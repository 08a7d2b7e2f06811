/**
 * FilterSubjects: what a filter may be about, and the fields of each subject with their types and words, once for the evaluator, for
 * completion and for docs/filters.md. Neighbours: compile-filter.ts checks a text against them, complete-filter.ts offers them.
 * Guarantee: what is not listed here is no field of a filter.
 */
export const filterSubjects = ["row", "trace", "entity", "failure", "state", "on-the-way", "held"] as const;
export type FilterSubject = (typeof filterSubjects)[number];

export type FilterType = "text" | "number" | "decimal" | "time" | "texts" | "document" | "any";

export interface FilterFieldSpec {
  readonly name: string;
  readonly type: FilterType;
  readonly about: string;
  /** All values that the field can have, where they are known beforehand. */
  readonly values?: readonly string[];
}

type FieldRow = readonly [name: string, type: FilterType, about: string, values?: readonly string[]];

function field(...[name, type, about, values]: FieldRow): FilterFieldSpec {
  return values === undefined ? { name, type, about } : { name, type, about, values };
}

const address: readonly FilterFieldSpec[] = [
  field("type", "text", "the function type, namespace/name"),
  field("namespace", "text", "of the type"),
  field("id", "text", "of the entity"),
  field("address", "text", "type/id"),
];

const message: readonly FilterFieldSpec[] = [
  field("value", "any", "the message's value, decoded: value.amount"),
  field("valueType", "text", "its type name"),
  field("sizeBytes", "number", "of the value"),
  field("headers", "document", 'of the message: headers["x-user"]'),
  field("text", "text", 'what the row shows; text.holds("…") whatever the case'),
  field("trace", "number", "the number of its trace"),
];

const now = field("now", "time", 'the moment of looking: now - at < duration("5m")');

const ofRow: readonly FilterFieldSpec[] = [
  ...address,
  field("status", "text", "how it ended", ["completed", "failed", "parked", "act"]),
  ...message,
  field("word", "text", "completed, a failure's code, or what a person did"),
  field("failure", "document", "failure.code and failure.message, where it failed"),
  field("durationMs", "decimal", "of the invocation"),
  field("messages", "number", "in its batch"),
  field("attempts", "number", "it took"),
  field("senders", "texts", 'function types that sent its messages, "ingress" for what came from outside: "shop/cart" in senders'),
  field("at", "time", "when it ended"),
  now,
];

const ofTrace: readonly FilterFieldSpec[] = [
  ...address,
  field("status", "text", "of the whole", ["completed", "parked", "running"]),
  ...message,
  field("hops", "number", "invocations of it that completed"),
  field("at", "time", "when its first message came"),
  now,
];

const ofEntity: readonly FilterFieldSpec[] = [
  ...address,
  field("state", "document", "its values, decoded: state.visits"),
  field("status", "text", "where it stands", ["idle", "loading", "waiting", "ready", "in-flight", "backing-off", "paused", "parked"]),
  field("waiting", "number", "messages in its mailbox"),
  field("sizeBytes", "number", "of its values together"),
  field("written", "time", "when one of its values was last written"),
  field("failure", "document", "failure.code and failure.message, while it is parked or backs off"),
  field("attempts", "number", "of the batch it is at"),
  field("since", "time", "parked, paused or failing since"),
  now,
];

const ofFailure: readonly FilterFieldSpec[] = [
  field("status", "text", "what was decided", ["open", "resolved", "ignored"]),
  field("failure", "document", "failure.code, failure.title, failure.message"),
  field("where", "text", "the function type or the endpoint"),
  field("namespace", "text", "of the type"),
  field("frames", "texts", "of the function's own stack, innermost first"),
  field("fingerprint", "text", "of the cause"),
  field("text", "text", 'title, message, place and frames; text.holds("…") whatever the case'),
  field("attempts", "number", "that failed for it"),
  field("entities", "number", "held up now"),
  field("parked", "number", "of them"),
  field("waiting", "number", "messages that wait for it"),
  field("module", "text", "in force when it was first seen"),
  field("revision", "number", "of that module"),
  field("first", "time", "seen first"),
  field("last", "time", "seen last"),
  now,
];

/** The subject of an invariant: what an entity holds, whoever asks and whenever. */
const ofState: readonly FilterFieldSpec[] = [
  field("state", "document", "its values, decoded: state.visits"),
  field("id", "text", "of the entity"),
];

/** The subject of an invariant: a message that an entity sent and that nobody has consumed yet. */
const ofOnTheWay: readonly FilterFieldSpec[] = [
  field("value", "any", "the message's value, decoded: value.amount"),
  field("type", "text", "the function type that it goes to"),
  field("id", "text", "of the entity that it goes to"),
];

/**
 * The subject of a breakpoint: a message that is about to be sent to its function. The same message must always fit or never, so there is
 * no field that depends on when it is looked at.
 */
const ofHeld: readonly FilterFieldSpec[] = [
  ...address,
  field("caller", "text", "type/id of who sent it; none of what came by an ingress"),
  ...message.filter(({ name }) => name !== "text"),
];

export const filterFieldsOf: Readonly<Record<FilterSubject, readonly FilterFieldSpec[]>> = {
  row: ofRow,
  trace: ofTrace,
  entity: ofEntity,
  failure: ofFailure,
  state: ofState,
  "on-the-way": ofOnTheWay,
  held: ofHeld,
};
