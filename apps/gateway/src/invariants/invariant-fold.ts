/**
 * InvariantFold: one invariant, followed record by record from a start. It is judged after each epoch, because what one epoch breaks and
 * mends again nobody could ever see. A violation names the first invocation since which it has not held. Neighbours: term-sums.ts knows
 * what a record adds and subtracts.
 * Guarantee: the total after an epoch is that of the full state and everything on the way, or the fold says that it is not known.
 */
import { formatAddress, type Address, type JournalRecord } from "@signalbox/runtime";
import type { InvariantViolation } from "../contract/entities/invariants.ts";
import { documentOf, type FilterValue } from "../shared/filter/filter-values.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { exactFrom, exactText, type Exact } from "./exact-number.ts";
import type { StartRow } from "./start-rows.ts";
import { amountOfState, changesOf, kept, needsMemory, OnTheWay, StateMemory, Unknown, type Decode } from "./term-sums.ts";

/** `first` is undefined when it did not hold at the start already. */
export interface Violated {
  readonly first: InvariantViolation | undefined;
  readonly sinceMs: number;
}

interface Run extends Violated {
  readonly confirmed: boolean;
}

/** What is kept of the fold, so that it continues after a restart. */
export interface KeptFold {
  readonly total: string;
  readonly expected: string | null;
  readonly onTheWay: { readonly tokens: readonly (readonly [string, string, number])[]; readonly targets: readonly string[] };
  readonly violated: { readonly first: InvariantViolation | null; readonly sinceMs: number } | null;
  readonly failing: readonly (readonly [string, InvariantViolation | null])[];
}

const failingMax = 1_000;
const failingKeptMax = 50;

export interface FoldOptions {
  readonly decode: Decode;
  /** False when it begins in the middle of the journal, where nothing is known of what was on the way. */
  readonly fromStart?: boolean;
  /** The value that a total that never changes must have. */
  readonly expected?: string | undefined;
}

export class InvariantFold {
  readonly rule: CompiledRule;
  readonly #decode: Decode;
  readonly #onTheWay: OnTheWay;
  /** One memory for each term over states, or one for the entities; undefined where a record alone says enough. */
  readonly #memories: readonly (StateMemory | undefined)[];
  #total: Exact = 0n;
  #expected: Exact | undefined;
  #run: Run | undefined;
  #earlier: InvariantViolation | undefined;
  /** The entities for which it does not hold, each with the first record since which it does not. */
  readonly #failing = new Map<string, InvariantViolation | undefined>();
  /** The entity whose rows are being read. */
  #starting: { readonly address: Address; readonly values: Map<string, FilterValue> } | undefined;

  constructor(rule: CompiledRule, { decode, fromStart = true, expected }: FoldOptions) {
    this.rule = rule;
    this.#decode = decode;
    const terms = rule.kind === "total" ? rule.terms : [];
    this.#onTheWay = new OnTheWay(
      terms.filter(({ over }) => over === "messages"),
      { decode, fromStart },
    );
    const asked = rule.kind === "entity" ? [rule] : terms.map((term) => (term.over === "states" ? term : undefined));
    this.#memories = asked.map((one) => (one !== undefined && needsMemory(one.names) ? new StateMemory() : undefined));
    if (rule.kind === "total" && rule.compare.kind !== "never-changes") this.#expected = rule.compare.limit;
    else if (expected !== undefined) this.#expected = exactFrom(expected);
  }

  /** The total, or the number of entities for which it does not hold. */
  get value(): string {
    return this.rule.kind === "entity" ? String(this.#failing.size) : exactText(this.#total);
  }

  get expected(): string | null {
    return this.#expected === undefined ? null : exactText(this.#expected);
  }

  /** The violation as of the last epoch. */
  get violated(): Violated | undefined {
    return this.#run?.confirmed === true ? this.#run : undefined;
  }

  /** The last violation that has ended. */
  get earlier(): InvariantViolation | undefined {
    return this.#earlier;
  }

  /** Takes a row of the start. Throws Unknown when the row cannot be counted exactly. */
  start(row: StartRow): void {
    if (row.kind !== "state") {
      this.#total += this.#onTheWay.start(row);
      return;
    }
    if (!this.#asksFor(row.address.type, row.name)) return;
    if (row.expires)
      throw new Unknown(
        `${row.name} of ${row.address.type} expires, and nothing is recorded when a value does`,
        "Use values that do not expire.",
      );
    const starting = this.#starting;
    if (starting !== undefined && formatAddress(starting.address) !== formatAddress(row.address)) this.#endEntity();
    this.#starting ??= { address: row.address, values: new Map() };
    const value = kept(row.value, this.#decode, `${row.name} of ${row.address.type}`);
    if (value !== undefined) this.#starting.values.set(row.name, value);
  }

  /** Called when all rows were given; records follow from here on. */
  started(nowMs: number): void {
    this.#endEntity();
    if (this.rule.kind === "total") this.#expected ??= this.#total;
    if (!this.#holds()) this.#run = { first: undefined, sinceMs: nowMs, confirmed: true };
  }

  /** Begins in the middle of the journal, where only the total is known. */
  startWith(total: string): void {
    this.#total = exactFrom(total) ?? 0n;
    if (this.rule.kind === "total") this.#expected ??= this.#total;
    if (!this.#holds()) this.#run = { first: undefined, sinceMs: 0, confirmed: true };
  }

  /** Takes one record. Throws Unknown, and then nothing is known from there on. */
  take(record: JournalRecord): void {
    const before = this.#total;
    if (this.rule.kind === "entity") this.#takeEntity(record);
    else this.#takeTotal(record);
    if (this.#holds()) {
      // A violation that was confirmed by an earlier epoch ends only at the end of an epoch.
      if (this.#run?.confirmed === false) this.#run = undefined;
      return;
    }
    if (this.#run === undefined) {
      const first =
        this.rule.kind === "entity"
          ? this.#failing.values().next().value
          : violationOf(record, { before: exactText(before), after: this.value });
      this.#run = { first, sinceMs: record.endedMs, confirmed: false };
    }
  }

  /** Called when all records of an epoch were taken. Returns true when it is violated since this epoch. */
  epochEnded(): boolean {
    if (this.#holds()) {
      if (this.#run?.confirmed === true) this.#earlier = this.#run.first ?? this.#earlier;
      this.#run = undefined;
      return false;
    }
    if (this.#run === undefined || this.#run.confirmed) return false;
    // Of the entities that broke it in this epoch, this is the first one that still breaks it.
    const first = this.rule.kind === "entity" ? this.#failing.values().next().value : this.#run.first;
    this.#run = { first, sinceMs: first?.atMs ?? this.#run.sinceMs, confirmed: true };
    return true;
  }

  /** Returns undefined when it remembers too much to keep. */
  keep(): KeptFold | undefined {
    const onTheWay = this.#onTheWay.kept();
    if (onTheWay === undefined || this.#memories.some((memory) => memory !== undefined) || this.#failing.size > failingKeptMax)
      return undefined;
    const { violated } = this;
    return {
      total: exactText(this.#total),
      expected: this.expected,
      onTheWay,
      violated: violated === undefined ? null : { first: violated.first ?? null, sinceMs: violated.sinceMs },
      failing: [...this.#failing].map(([key, first]) => [key, first ?? null]),
    };
  }

  goOn({ total, expected, onTheWay, violated, failing }: KeptFold): void {
    this.#total = exactFrom(total) ?? 0n;
    this.#expected = expected === null ? undefined : exactFrom(expected);
    this.#onTheWay.goOn(onTheWay);
    for (const [key, first] of failing) this.#failing.set(key, first ?? undefined);
    if (violated !== null) this.#run = { first: violated.first ?? undefined, sinceMs: violated.sinceMs, confirmed: true };
  }

  #asksFor(type: string, name: string): boolean {
    const { rule } = this;
    if (rule.kind === "entity") return rule.type === type && (rule.names?.has(name) ?? true);
    return rule.terms.some((term) => term.over === "states" && term.type === type && (term.names?.has(name) ?? true));
  }

  #endEntity(): void {
    const { rule } = this;
    const entity = this.#starting;
    this.#starting = undefined;
    if (entity === undefined) return;
    const { address, values } = entity;
    if (rule.kind === "entity") {
      for (const [name, value] of values) this.#memories[0]?.set(address, name, value);
      this.#look(address, values, undefined);
      return;
    }
    for (const [index, term] of rule.terms.entries()) {
      if (term.over !== "states" || term.type !== address.type) continue;
      const asked = new Map([...values].filter(([name]) => term.names?.has(name) ?? true));
      for (const [name, value] of asked) this.#memories[index]?.set(address, name, value);
      this.#total += amountOfState(term, address.id, asked);
    }
  }

  #takeTotal(record: JournalRecord): void {
    const { rule } = this;
    if (rule.kind !== "total") return;
    for (const [index, term] of rule.terms.entries()) {
      if (term.over !== "states" || term.type !== record.address.type) continue;
      const parts = { names: term.names, memory: this.#memories[index], decode: this.#decode };
      for (const { before, after } of changesOf(record, parts))
        this.#total += amountOfState(term, record.address.id, after) - amountOfState(term, record.address.id, before);
    }
    this.#total += this.#onTheWay.take(record);
  }

  #takeEntity(record: JournalRecord): void {
    const { rule } = this;
    if (rule.kind !== "entity" || rule.type !== record.address.type) return;
    const parts = { names: rule.names, memory: this.#memories[0], decode: this.#decode };
    for (const { before, after } of changesOf(record, parts)) {
      // In the middle of a journal the entity may have broken it before this record too, and then this record is not the cause.
      const innocent = !this.#failing.has(formatAddress(record.address)) && this.#breaks(record.address, before);
      this.#look(record.address, after, innocent ? undefined : record);
    }
  }

  #look(address: Address, values: ReadonlyMap<string, FilterValue>, record: JournalRecord | undefined): void {
    const key = formatAddress(address);
    if (!this.#breaks(address, values)) {
      this.#failing.delete(key);
      return;
    }
    if (this.#failing.has(key)) return;
    if (this.#failing.size >= failingMax)
      throw new Unknown(`it does not hold for more than ${failingMax} entities`, "Look at the condition: it may be wrong.");
    this.#failing.set(key, record && violationOf(record, { before: "holds", after: "does not hold" }));
  }

  /** Returns whether the condition fails for an entity with these values. A missing value breaks nothing. */
  #breaks(address: Address, values: ReadonlyMap<string, FilterValue>): boolean {
    const { rule } = this;
    if (rule.kind !== "entity" || values.size === 0) return false;
    const given = rule.holds((name) => (name === "id" ? address.id : documentOf([...values])));
    if (given.kind === "unclear") throw new Unknown(`${formatAddress(address)}: ${given.why}`, "Change the condition, or the value.");
    return given.kind === "value" && given.value !== true;
  }

  #holds(): boolean {
    const { rule } = this;
    if (rule.kind === "entity") return this.#failing.size === 0;
    if (this.#expected === undefined) return true;
    switch (rule.compare.kind) {
      case "never-changes":
      case "equals":
        return this.#total === this.#expected;
      case "at-most":
        return this.#total <= this.#expected;
      case "at-least":
        return this.#total >= this.#expected;
      default:
        return rule.compare satisfies never;
    }
  }
}

function violationOf(record: JournalRecord, { before, after }: { before: string; after: string }): InvariantViolation {
  const { sequence, address, messages, endedMs, outcome } = record;
  return {
    sequence,
    ...address,
    trace: messages[0]?.trace ?? null,
    atMs: endedMs,
    what: outcome.kind === "act" ? outcome.act : outcome.kind,
    before,
    after,
  };
}
