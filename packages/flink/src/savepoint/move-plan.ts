/**
 * MovePlan: what of a savepoint is on the other side after a move, what changes, what stays behind and what stands in the way, each with
 * its count, why and what to do. A dry run shows it; plan-to-flink.ts and from-flink.ts make it.
 */
export type MoveDirection = "flink" | "embedded";

/**
 * moves: it is there afterwards as it was. changes: it is there, but something of it is not. stays: it is not there.
 * blocks: nothing moves while it is so; some of these may be left behind if somebody says so (`accept`).
 */
export type MoveFate = "moves" | "changes" | "stays" | "blocks";

/** A stable code, which `accept` names. */
export type MovePart =
  | "call-answers"
  | "calls-under-way"
  | "cancellation-tokens"
  | "delayed-messages"
  | "egress-records"
  | "ends"
  | "ends-of-endless"
  | "ends-unknown"
  | "ends-unregistered"
  | "entities"
  | "headers"
  | "idempotency-keys"
  | "in-flight"
  | "messages"
  | "names-long"
  | "names-reserved"
  | "names-shared"
  | "parked"
  | "paused"
  | "positions"
  | "times-of-writing"
  | "tokens-twice"
  | "traces"
  | "typenames-odd"
  | "types-guessed"
  | "types-mixed"
  | "values"
  | "values-expired";

export interface MoveItem {
  readonly what: MovePart;
  readonly fate: MoveFate;
  readonly count: number;
  /** A sentence for people: what becomes of it and why. */
  readonly why: string;
  readonly cure: string;
  /** Whether an item that blocks may be accepted. */
  readonly acceptable: boolean;
  readonly examples: readonly string[];
}

export interface MovePlan {
  readonly direction: MoveDirection;
  readonly items: readonly MoveItem[];
}

const examplesMax = 5;
const exampleCharactersMax = 120;

export interface ItemParts {
  readonly what: MovePart;
  readonly fate: MoveFate;
  readonly count: number;
  readonly why: string;
  readonly cure?: string;
  readonly acceptable?: boolean;
  readonly examples?: readonly string[];
}

export function moveItem({ cure = "", acceptable = false, examples = [], ...parts }: ItemParts): MoveItem {
  return { ...parts, cure, acceptable, examples: examples.slice(0, examplesMax).map((one) => one.slice(0, exampleCharactersMax)) };
}

/** The items that still block the move when these are accepted. */
export function blockers({ items }: MovePlan, accept: readonly string[]): MoveItem[] {
  return items.filter(({ fate, acceptable, what }) => fate === "blocks" && !(acceptable && accept.includes(what)));
}
