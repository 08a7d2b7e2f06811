/**
 * Model: folds the programs of a world into what must stand at its end, whatever the engine did in between: counters, which messages each
 * entity saw exactly once, how many messages each sender sent to each receiver, and which records each egress got. It needs no schedule.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { formatAddress } from "@signalbox/runtime/model/address";
import { must } from "../sim/trace.ts";
import { addressOf, neverMs, type Program, type RootMessage } from "../sim/workload.ts";

/** What the function of an entity keeps about the messages that it saw. */
export interface Ledger {
  /** How many messages arrived, by sender. The interpreter checks with each message that none is missing or out of order. */
  readonly seen: Record<string, number>;
  /** How many messages were sent, by receiver. */
  readonly sent: Record<string, number>;
  /** The ids of all messages processed, in order. */
  readonly log: readonly number[];
}

export const emptyLedger: Ledger = { seen: {}, sent: {}, log: [] };

interface Expected {
  counter: number;
  readonly ids: Set<number>;
  /** A delayed message that raced its cancellation; it is processed at most once. */
  readonly maybe: Set<number>;
  readonly seen: Map<string, number>;
}

export class Model {
  private readonly entities = new Map<string, Expected>();
  readonly egress = new Map<string, Set<number>>();
  /** All messages that must be processed. */
  messages = 0;
  /** A person tried to discard them; only the engine knows whether that worked. */
  private readonly perhapsDiscarded = new Set<number>();

  /** `from` names a client whose order is checked. */
  add(root: RootMessage, from: string | undefined): void {
    this.arrive(root.target, root.program, from);
  }

  check(address: Address, actual: { counter: number; ledger: Ledger }): void {
    const name = formatAddress(address);
    const expected = this.expected(name);
    must(actual.counter === expected.counter, () => `${name} counted ${actual.counter}, the programs add up to ${expected.counter}`);
    const seen = new Set<number>();
    for (const id of actual.ledger.log) {
      must(!seen.has(id), () => `${name} processed message ${id} twice`);
      must(
        expected.ids.has(id) || expected.maybe.has(id),
        () => `${name} processed message ${id}, which was never sent to it or was cancelled`,
      );
      seen.add(id);
    }
    for (const id of expected.ids) must(seen.has(id) || this.perhapsDiscarded.has(id), () => `${name} never processed message ${id}`);
    for (const [sender, count] of expected.seen) {
      must(
        (actual.ledger.seen[sender] ?? 0) === count,
        () => `${name} saw ${actual.ledger.seen[sender] ?? 0} messages of ${sender}, which sent ${count}`,
      );
    }
  }

  mayBeDiscarded(id: number): void {
    this.perhapsDiscarded.add(id);
  }

  canBeDiscarded(id: number): boolean {
    return this.perhapsDiscarded.has(id);
  }

  /** Every entity that some program reaches. */
  names(): ReadonlySet<string> {
    return new Set(this.entities.keys());
  }

  private expected(name: string): Expected {
    const known = this.entities.get(name);
    if (known !== undefined) return known;
    const made: Expected = { counter: 0, ids: new Set(), maybe: new Set(), seen: new Map() };
    this.entities.set(name, made);
    return made;
  }

  private arrive(target: number, program: Program, sender: string | undefined): void {
    const at = this.expected(formatAddress(addressOf(target)));
    if (sender !== undefined) at.seen.set(sender, (at.seen.get(sender) ?? 0) + 1);
    if (program.kind === "repeatable") return;
    if (program.kind === "poison" || program.kind === "thrower" || program.kind === "killer") {
      // A person may mend it instead of discarding it.
      at.maybe.add(program.id);
      return;
    }
    this.messages++;
    at.ids.add(program.id);
    this.run(target, program);
  }

  private run(at: number, program: Program): void {
    const self = formatAddress(addressOf(at));
    for (const step of program.steps) {
      switch (step.kind) {
        case "increment":
          this.expected(self).counter++;
          break;
        case "send":
          this.arrive(step.target, step.program, self);
          break;
        case "send-after":
        case "send-cancel-send":
          this.arrive(step.target, step.program, undefined);
          break;
        case "send-and-cancel-by-message":
          if (step.delayMs < neverMs) this.expected(formatAddress(addressOf(step.target))).maybe.add(step.program.id);
          this.arrive(step.canceller, step.cancelProgram, self);
          break;
        case "egress":
          this.egressIds(step.egress).add(step.id);
          break;
        case "send-and-cancel":
        case "cancel":
        case "remember":
          break;
      }
    }
  }

  private egressIds(egress: string): Set<number> {
    const known = this.egress.get(egress);
    if (known !== undefined) return known;
    const made = new Set<number>();
    this.egress.set(egress, made);
    return made;
  }
}
