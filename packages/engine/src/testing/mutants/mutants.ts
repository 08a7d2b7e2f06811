/**
 * Mutants: planted bugs. Each breaks one promise by injection (a replaced method of the engine, a port that breaks its rules), and some
 * world must fail within the stated number of seeds: that shows that the oracles see what they are there for. Run one with
 * `npm run sim -- --mutant <name>`; test/simulation-mutants.test.ts runs them all. Neighbours: partition-mutants.ts (those between partitions), planting.ts (how).
 */
import { Alarms } from "../../core/tables/alarms.ts";
import { CallWaiters } from "../../core/tables/call-waiters.ts";
import { FunctionTypeState } from "../../core/tables/function-type-state.ts";
import { EndpointState } from "../../core/tables/endpoint-state.ts";
import { MailboxQueue } from "../../core/tables/mailbox-queue.ts";
import { EpochTable } from "../../core/tables/epoch-table.ts";
import { StateValues } from "../../core/state-values/state-values.ts";
import { TypeRoom } from "../../core/type-room.ts";
import { WriteSet } from "../../core/tables/write-set.ts";
import type { SavepointRow } from "../../model/savepoint-rows.ts";
import { RowWriter } from "../../runtime/savepoint-rows.ts";
import { StoreView } from "../../runtime/store-view.ts";
import {
  adoptionThatLies,
  earlyAnswers,
  earlyEgress,
  halfBatches,
  lostMailboxes,
  lostStatuses,
  overtakenRead,
  unfenced,
} from "./mutant-ports.ts";
import { callMutants } from "./call-mutants.ts";
import { clockMutants } from "./clock-mutants.ts";
import { coldMutants } from "./cold-mutants.ts";
import { fairnessMutants } from "./fairness-mutants.ts";
import { headersMutants } from "./headers-mutants.ts";
import { limitMutants } from "./limit-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { pastMutants } from "./past-mutants.ts";
import { partitionMutants } from "./partition-mutants.ts";
import { replaceMethod, withoutRemovals, withoutTable } from "./planting.ts";
import { SimulationFailure } from "../sim/trace.ts";
import { runWorld } from "../sim/world.ts";

const engineMutants: readonly Mutant[] = [
  {
    name: "ack-before-durable",
    breaks: "G3: the store says durable before it is",
    seedsMax: 5,
    finding: /G3/,
    ports: { wrapStore: earlyAnswers },
  },
  {
    name: "ack-with-the-epoch-before",
    breaks: "G3: an acknowledgement leaves with the epoch that is being synced instead of its own",
    seedsMax: 20,
    finding: /G3/,
    plant: () =>
      replaceMethod(
        EpochTable,
        "acknowledgeWhenDurable",
        (real) =>
          function early(this: EpochTable, ...given: unknown[]) {
            real(this, given);
            const syncing: unknown = this.sealed[0]?.acknowledgements;
            if (Array.isArray(syncing)) syncing.push(...this.acknowledgements.splice(0));
          },
      ),
  },
  {
    name: "answer-of-another-call",
    breaks: "G2: who waits for the answer of a call is handed the next one that comes for any",
    seedsMax: 20,
    finding: /was answered/,
    plant: () =>
      replaceMethod(
        CallWaiters,
        "take",
        (real) =>
          function fromAny(this: CallWaiters) {
            const [call] = this.calls();
            return real(this, [call ?? ""]);
          },
      ),
  },
  {
    name: "answer-before-durable",
    breaks: "G3: the answer of a call is told with the epoch before the one that holds it",
    seedsMax: 60,
    finding: /the answer of call-\d+ was told and is not durable/,
    plant: () =>
      replaceMethod(
        EpochTable,
        "acknowledgeWhenDurable",
        (real) =>
          function early(this: EpochTable, ...given: unknown[]) {
            real(this, given);
            if (this.acknowledgements.at(-1)?.acknowledgement.kind !== "answer") return;
            const syncing: unknown = this.sealed[0]?.acknowledgements;
            if (Array.isArray(syncing)) syncing.push(...this.acknowledgements.splice(-1));
          },
      ),
  },
  {
    name: "egress-before-durable",
    breaks: "G3: consumers read records whose epoch is not synced",
    seedsMax: 30,
    finding: /G3|delivered|acknowledg/,
    ports: { wrapStore: earlyEgress },
  },
  {
    name: "no-fence",
    breaks: "G2: the late reply of an attempt that was given up counts for the next one",
    seedsMax: 5,
    finding: /twice|again|expected number|counted|sent before|never processed|was sent at|was not sent at|delivered record|headers: /,
    ports: { wrapTransport: unfenced },
  },
  {
    name: "no-dedup-by-key",
    breaks: "G2: idempotency keys are not stored",
    seedsMax: 5,
    finding: /not durable|repeat|again|counted afresh/,
    ports: { wrapStore: withoutTable("i") },
  },
  {
    name: "key-without-target",
    breaks: "G2: an idempotency key is looked up without its target: what goes to a second target is answered as a repeat and lost",
    seedsMax: 20,
    finding:
      /was answered as a repeat, and nothing was sent there|was refused for a value that was never sent there|repeated within its age and counted afresh/,
    plant: () => {
      const firstTargets = new Map<unknown, unknown>();
      return replaceMethod(
        StoreView,
        "keyRow",
        (real) =>
          function byKeyAlone(this: StoreView, key: unknown, target: unknown) {
            if (!firstTargets.has(key)) firstTargets.set(key, target);
            return real(this, [key, firstTargets.get(key)]);
          },
      );
    },
  },
  {
    name: "key-without-value",
    breaks: "G2: what an idempotency key stands for is not compared: another message under it is answered as a repeat and lost",
    seedsMax: 40,
    finding: /with another value was taken for a repeat/,
    plant: () =>
      replaceMethod(
        StoreView,
        "keyRow",
        (real) =>
          function withoutDigest(this: StoreView, ...given: unknown[]) {
            const row = real(this, given);
            return typeof row === "object" && row !== null ? { ...row, digest: undefined } : undefined;
          },
      ),
  },
  {
    name: "no-dedup-by-producer",
    breaks: "G2: the positions of producers are not stored",
    seedsMax: 5,
    finding: /durable|again/,
    ports: { wrapStore: withoutTable("p") },
  },
  {
    name: "reads-miss-open-epochs",
    breaks: "G2: keys, positions, tokens and values are read from disk only, past what is on its way there",
    seedsMax: 30,
    finding: /./,
    plant: () => replaceMethod(EpochTable, "pending", () => () => undefined),
  },
  {
    name: "state-read-overtaken",
    breaks: "G2: what becomes durable while states are read beside the thread is neither in what was read nor on its way any more",
    seedsMax: 60,
    finding: /never processed|counted|expected|lives until|sent before|flag|in memory only/,
    plant: () => replaceMethod(StoreView, "statesBeside", overtakenRead),
  },
  {
    name: "tokens-forgotten",
    breaks: "cancellation tokens are not stored",
    seedsMax: 10,
    finding: /token|cancelled|rest/,
    ports: { wrapStore: withoutTable("k") },
  },
  {
    name: "token-reused",
    breaks: "a token that is in use counts as free, and what it stood for can no longer be cancelled",
    seedsMax: 20,
    finding: /token|cancelled|rest/,
    plant: () => replaceMethod(StoreView, "token", () => () => undefined),
  },
  {
    name: "mailboxes-lost-at-restart",
    breaks: "G4: recovery does not count what waits",
    seedsMax: 5,
    finding: /mailbox|never processed|waiting/,
    ports: { wrapStore: lostMailboxes },
  },
  {
    name: "pauses-lost-at-restart",
    breaks: "G4: recovery does not read who is paused or parked",
    seedsMax: 10,
    finding: /paused|parked/,
    ports: { wrapStore: lostStatuses },
  },
  {
    name: "consumed-messages-stay",
    breaks: "G2: what was consumed stays on disk",
    seedsMax: 5,
    finding: /mailbox|again|waiting|recovered/,
    ports: { wrapStore: withoutRemovals("m") },
  },
  {
    name: "directories-stay-behind",
    breaks: "a block of the journal is trimmed and its directory stays",
    seedsMax: 20,
    finding: /has lost its block/,
    ports: { wrapStore: withoutRemovals("d") },
  },
  {
    name: "half-a-batch",
    breaks: "G2: the last row of an epoch is not written",
    seedsMax: 5,
    finding: /./,
    ports: { wrapStore: halfBatches },
  },
  {
    name: "born-and-gone-is-written",
    breaks: "G2: a message consumed in the epoch of its birth reaches the disk all the same",
    seedsMax: 10,
    finding: /mailbox|again|delayed|records|recovered/,
    plant: () => replaceMethod(WriteSet, "forget", () => () => undefined),
  },
  {
    name: "mailbox-takes-at-its-head",
    breaks: "G5: new messages overtake those that wait",
    seedsMax: 10,
    finding: /G5/,
    plant: () =>
      replaceMethod(
        MailboxQueue,
        "push",
        () =>
          function pushFirst(this: MailboxQueue, message: { sequence: number }) {
            const memory: unknown = Reflect.get(this, "memory");
            if (Array.isArray(memory)) memory.splice(Number(Reflect.get(this, "head")), 0, message);
            this.lastSequenceInMemory = Math.max(this.lastSequenceInMemory, message.sequence);
          },
      ),
  },
  {
    name: "order-broken-by-spill",
    breaks: "G5: what comes back from disk comes back in the wrong order",
    seedsMax: 20,
    finding: /G5/,
    plant: () =>
      replaceMethod(
        MailboxQueue,
        "refill",
        (real) =>
          function refillBackwards(this: MailboxQueue, ...given: unknown[]) {
            real(this, given);
            const memory: unknown = Reflect.get(this, "memory");
            if (Array.isArray(memory)) Reflect.set(this, "memory", memory.slice(Number(Reflect.get(this, "head"))).reverse());
            Reflect.set(this, "head", 0);
          },
      ),
  },
  {
    name: "spilled-message-lost",
    breaks: "G2: a read of a spilled mailbox loses its last message",
    seedsMax: 10,
    finding: /mailbox|never processed|waiting/,
    plant: () =>
      replaceMethod(
        MailboxQueue,
        "refill",
        (real) =>
          function refillLess(this: MailboxQueue, messages: readonly unknown[]) {
            real(this, [messages.slice(0, -1)]);
            this.spilled -= messages.length > 0 ? 1 : 0;
          },
      ),
  },
  {
    name: "timer-fired-twice",
    breaks: "G2: the row of a delayed message stays after it fired",
    seedsMax: 5,
    finding: /delayed|again|token/,
    ports: { wrapStore: withoutRemovals("t") },
  },
  {
    name: "expired-values-resurrect",
    breaks: "a value that is over is renewed by the next invocation",
    seedsMax: 20,
    finding: /which lives until|flag/,
    plant: () => replaceMethod(StateValues, "remove", () => () => undefined),
  },
  {
    name: "types-without-end",
    breaks: "G6: names under a wildcard are taken without end",
    seedsMax: 120,
    finding: /function types are known/,
    plant: () => replaceMethod(TypeRoom, "takes", () => () => true),
  },
  {
    name: "states-not-learned-again",
    breaks: "a registration of modules does not ask functions for their states again: a changed expiration never counts",
    seedsMax: 60,
    finding: /which lives until/,
    plant: () => replaceMethod(FunctionTypeState, "learnAgain", () => () => undefined),
  },
  {
    name: "changed-expiration-ignored",
    breaks: "what a function declares of a state that is known already is not read",
    seedsMax: 60,
    finding: /which lives until/,
    plant: () => replaceMethod(FunctionTypeState, "changeSpec", () => () => undefined),
  },
  {
    name: "restore-half-applied",
    breaks: "G4: a restore loses every third row that waits",
    seedsMax: 60,
    finding: /restored|delayed message|token|never|mailbox/,
    plant: () => {
      let rows = 0;
      return replaceMethod(
        RowWriter,
        "add",
        (real) =>
          function addSome(this: RowWriter, row: SavepointRow) {
            if ((row.kind === "message" || row.kind === "delayed") && ++rows % 3 === 0) return;
            real(this, [row]);
          },
      );
    },
  },
  {
    name: "adoption-lies",
    breaks: "G4: adopting a store fails after it took effect, and the engine goes on with the old one",
    seedsMax: 120,
    finding: /G3|G4|durable|again|never|repeat/,
    ports: { wrapHome: adoptionThatLies },
  },
  {
    name: "breaker-loses-a-wake-up",
    breaks: "G7: after a failed probe no other follows",
    seedsMax: 60,
    finding: /rest|the probe of|no alarm would probe it/,
    plant: () =>
      replaceMethod(
        Alarms,
        "add",
        (real) =>
          function addSome(this: Alarms, alarm: { kind: string; endpoint?: EndpointState }) {
            const { endpoint } = alarm;
            if (alarm.kind === "probe" && endpoint !== undefined && endpoint.probeWaitMs > 200) return;
            real(this, [alarm]);
          },
      ),
  },
  {
    name: "retry-lost",
    breaks: "G7: from the third failure on, the alarm of an entity that backs off is lost",
    seedsMax: 120,
    finding: /rest|the retry of/,
    plant: () =>
      replaceMethod(
        Alarms,
        "add",
        (real) =>
          function addSome(this: Alarms, alarm: { kind: string; entity?: { failures: number } }) {
            if (alarm.kind === "retry" && (alarm.entity?.failures ?? 0) > 2) return;
            real(this, [alarm]);
          },
      ),
  },
  {
    name: "credit-leak",
    breaks: "an overloaded endpoint loses a credit for good",
    seedsMax: 20,
    finding: /in flight at/,
    plant: () =>
      replaceMethod(
        EndpointState,
        "overloaded",
        (real) =>
          function leak(this: EndpointState, ...given: unknown[]) {
            this.inFlight++;
            real(this, given);
          },
      ),
  },
  {
    name: "edit-lost",
    breaks: "an edited message is edited on disk and not in memory",
    seedsMax: 60,
    finding: /edition|mailbox bytes/,
    plant: () => replaceMethod(MailboxQueue, "replaceHead", () => () => undefined),
  },
];

export const mutants: readonly Mutant[] = [
  ...engineMutants,
  ...clockMutants,
  ...coldMutants,
  ...fairnessMutants,
  ...callMutants,
  ...headersMutants,
  ...limitMutants,
  ...partitionMutants,
  ...pastMutants,
];

export interface Caught {
  readonly seed: number;
  readonly report: string;
}

/** The first world that fails within the stated seeds; undefined: the mutant lives. */
export async function catchMutant(mutant: Mutant): Promise<Caught | undefined> {
  for (let seed = 1; seed <= mutant.seedsMax; seed++) {
    // Planted anew for each world, so that a world depends on its seed alone.
    const takeOut = mutant.plant?.();
    try {
      await runWorld(String(seed), mutant.ports);
    } catch (error) {
      if (error instanceof SimulationFailure) return { seed, report: error.message };
      throw error;
    } finally {
      takeOut?.();
    }
  }
  return undefined;
}
