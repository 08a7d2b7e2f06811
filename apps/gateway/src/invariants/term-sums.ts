/**
 * StateTerm and OnTheWay: what one record of the journal adds to a total and subtracts from it: through entities, and through messages that
 * entities have sent and nobody has consumed. Neighbours: invariant-fold.ts adds them up. Guarantee: exact, or an Unknown that says why;
 * never a number that may be wrong.
 */
import { formatAddress, type Address, type JournalRecord, type JournalValue, type TypedValue } from "@signalbox/runtime";
import { documentOf, ValueTooLarge, type FilterValue } from "../shared/filter/filter-values.ts";
import type { CompiledTerm } from "./compiled-rule.ts";
import type { Exact } from "./exact-number.ts";
import type { StartRow } from "./start-rows.ts";

/** Thrown when a value can no longer be known exactly; its message says why. */
export class Unknown extends Error {
  readonly cure: string;

  constructor(why: string, cure: string) {
    super(why);
    this.cure = cure;
  }
}

export type Decode = (value: { readonly typename: string; readonly bytes: Uint8Array }) => FilterValue;

const entitiesRememberedMax = 200_000;
const tokensRememberedMax = 100_000;

export function kept(value: JournalValue | TypedValue | undefined, decode: Decode, what: string): FilterValue | undefined {
  if (value === undefined || value.hasValue === false) return undefined;
  if ("erasedMs" in value && value.erasedMs !== undefined) throw new Unknown(`${what} was erased from the journal`, "");
  if (value.bytes === undefined)
    throw new Unknown(`the journal keeps ${what} by size alone`, "Set SIGNALBOX_JOURNAL_LEVEL=full: a sum needs the values.");
  try {
    return decode({ typename: value.typename, bytes: value.bytes });
  } catch (error) {
    if (error instanceof ValueTooLarge) throw new Unknown(`${what}: ${error.message}`, "Keep what is summed in a value of its own.");
    throw error;
  }
}

/** The values of entities that one expression reads together. An expression that reads a single value needs no memory. */
export class StateMemory {
  readonly #entities = new Map<string, Map<string, FilterValue>>();

  of(address: Address): ReadonlyMap<string, FilterValue> {
    return this.#entities.get(formatAddress(address)) ?? new Map();
  }

  set(address: Address, name: string, value: FilterValue | undefined): void {
    const key = formatAddress(address);
    const values = this.#entities.get(key) ?? new Map<string, FilterValue>();
    if (value === undefined) values.delete(name);
    else values.set(name, value);
    if (values.size === 0) this.#entities.delete(key);
    else this.#entities.set(key, values);
    if (this.#entities.size > entitiesRememberedMax)
      throw new Unknown(
        `more than ${entitiesRememberedMax} entities would have to be remembered, because the expression asks for several of their values together`,
        "Ask for one value of the state, or keep what belongs together in one value.",
      );
  }
}

/** Whether the values of an entity have to be remembered, because one record does not tell all that an expression asks for. */
export function needsMemory(names: ReadonlySet<string> | undefined): boolean {
  return names === undefined || names.size > 1;
}

/** Gives the values of the entity before and after each change of a record. */
export function* changesOf(
  record: JournalRecord,
  {
    names,
    memory,
    decode,
  }: { readonly names: ReadonlySet<string> | undefined; readonly memory: StateMemory | undefined; readonly decode: Decode },
): Generator<{ readonly before: ReadonlyMap<string, FilterValue>; readonly after: ReadonlyMap<string, FilterValue> }> {
  const { address } = record;
  for (const change of record.state) {
    if (names !== undefined && !names.has(change.name)) continue;
    const after = kept(change.after, decode, `${change.name} of ${address.type}`);
    if (memory === undefined) {
      yield { before: oneValue(change.name, kept(change.before, decode, change.name)), after: oneValue(change.name, after) };
      continue;
    }
    const before = new Map(memory.of(address));
    memory.set(address, change.name, after);
    yield { before, after: memory.of(address) };
  }
}

function oneValue(name: string, value: FilterValue | undefined): ReadonlyMap<string, FilterValue> {
  return value === undefined ? new Map() : new Map([[name, value]]);
}

export function amountOfState(term: CompiledTerm, id: string, values: ReadonlyMap<string, FilterValue>): Exact {
  if (values.size === 0) return 0n;
  return exactly(
    term.amount((name) => (name === "id" ? id : documentOf([...values]))),
    `${term.type}/${id}`,
  );
}

function exactly(amount: ReturnType<CompiledTerm["amount"]>, where: string): Exact {
  if (amount.kind === "exact") return amount.exact;
  throw new Unknown(`${where}: ${amount.why}`, "Change the expression, or the value.");
}

interface Token {
  readonly exact: Exact;
  readonly dueMs: number;
}

export interface OnTheWayOptions {
  readonly decode: Decode;
  /**
   * True when everything that was on the way at the start was given. Otherwise what was sent before is not known, and that is reported
   * where it matters.
   */
  readonly fromStart: boolean;
}

export class OnTheWay {
  readonly #terms: readonly CompiledTerm[];
  readonly #options: OnTheWayOptions;
  /** Delayed messages that could be cancelled, by the sender's id and the token. */
  readonly #tokens = new Map<string, Token>();
  /** Function types that messages of the terms were ever sent to. */
  readonly #targets = new Set<string>();

  constructor(terms: readonly CompiledTerm[], options: OnTheWayOptions) {
    this.#terms = terms;
    this.#options = options;
  }

  start(row: Exclude<StartRow, { kind: "state" }>): Exact {
    if (row.caller === undefined) return 0n;
    const exact = this.#amount(row.target, row.value);
    if (row.kind === "delayed") this.#remember(row.caller.id, row.token, { exact, dueMs: row.dueMs });
    return exact;
  }

  take(record: JournalRecord): Exact {
    let change = 0n;
    for (const { target, value } of record.sent) change += this.#amount(target, value);
    for (const delayed of record.delayed) {
      if (delayed.kind === "cancel") {
        change -= this.#cancelled(record, delayed.cancellationToken);
        continue;
      }
      const exact = this.#amount(delayed.target, delayed.value);
      this.#remember(record.address.id, delayed.cancellationToken, { exact, dueMs: delayed.dueMs });
      change += exact;
    }
    return change - this.#consumed(record);
  }

  /** Returns undefined when there is too much to keep. */
  kept(): { readonly tokens: readonly (readonly [string, string, number])[]; readonly targets: readonly string[] } | undefined {
    if (this.#tokens.size > 1_000 || this.#targets.size > 1_000) return undefined;
    return { tokens: [...this.#tokens].map(([key, { exact, dueMs }]) => [key, String(exact), dueMs]), targets: [...this.#targets] };
  }

  goOn({ tokens, targets }: NonNullable<ReturnType<OnTheWay["kept"]>>): void {
    for (const [key, exact, dueMs] of tokens) this.#tokens.set(key, { exact: BigInt(exact), dueMs });
    for (const target of targets) this.#targets.add(target);
  }

  #consumed(record: JournalRecord): Exact {
    const { outcome } = record;
    if (outcome.kind === "act" && outcome.act === "edit-message" && this.#mayReceive(record.address.type))
      throw new Unknown(
        `a person edited a message of ${formatAddress(record.address)}, and the journal does not tell what it was`,
        "It is measured anew by itself.",
      );
    if (outcome.kind === "parked" || (outcome.kind === "act" && outcome.act !== "discard")) return 0n;
    if (record.messagesTotal > record.messages.length && this.#mayReceive(record.address.type))
      throw new Unknown(
        `${formatAddress(record.address)} consumed ${record.messagesTotal} messages at once, of which the journal keeps ${record.messages.length}`,
        "It is measured anew by itself.",
      );
    return record.messages.reduce((sum, { caller, value }) => (caller === undefined ? sum : sum + this.#amount(record.address, value)), 0n);
  }

  #mayReceive(type: string): boolean {
    return !this.#options.fromStart || this.#targets.has(type);
  }

  #amount(target: Address, value: JournalValue | TypedValue): Exact {
    let sum = 0n;
    for (const term of this.#terms) {
      if (term.type !== value.typename) continue;
      this.#targets.add(target.type);
      const decoded = kept(value, this.#options.decode, `a message of type ${value.typename}`);
      if (decoded === undefined) continue;
      const read = (name: string): FilterValue => (name === "value" ? decoded : name === "id" ? target.id : target.type);
      sum += exactly(term.amount(read), `a message of type ${value.typename}`);
    }
    return sum;
  }

  #remember(sender: string, token: string, of: Token): void {
    if (token === "" || (of.exact === 0n && this.#options.fromStart)) return;
    this.#tokens.set(keyOf(sender, token), of);
    if (this.#tokens.size <= tokensRememberedMax) return;
    throw new Unknown(`more than ${tokensRememberedMax} delayed messages can be cancelled`, "Count messages that are not delayed.");
  }

  /** A record does not say whether there was a message to cancel. Before the message was due, there was. */
  #cancelled(record: JournalRecord, token: string): Exact {
    const key = keyOf(record.address.id, token);
    const known = this.#tokens.get(key);
    this.#tokens.delete(key);
    if (known === undefined && !this.#options.fromStart)
      throw new Unknown(`${formatAddress(record.address)} cancelled a message that was sent before the journal begins`, "");
    if (known === undefined || known.exact === 0n) return 0n;
    if (record.endedMs < known.dueMs) return known.exact;
    throw new Unknown(
      `${formatAddress(record.address)} cancelled a delayed message when it was due already, and the journal does not tell which came first`,
      "It is measured anew by itself.",
    );
  }
}

function keyOf(sender: string, token: string): string {
  return JSON.stringify([sender, token]);
}
