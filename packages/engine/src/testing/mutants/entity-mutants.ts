/** EntityMutants: planted bugs of one entity: the order of its mailbox, its states, and its waits after failures. Neighbour: mutants.ts. */
import { Alarms } from "../../core/tables/alarms.ts";
import { FunctionTypeState } from "../../core/tables/function-type-state.ts";
import { EndpointState } from "../../core/tables/endpoint-state.ts";
import { MailboxQueue } from "../../core/tables/mailbox-queue.ts";
import { StateValues } from "../../core/state-values/state-values.ts";
import { TypeRoom } from "../../core/type-room.ts";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
import { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { LocalPartition } from "../../runtime/local-partition.ts";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

export const entityMutants: readonly Mutant[] = [
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
    name: "edit-lost",
    breaks: "an edited message is edited on disk and not in memory",
    seedsMax: 60,
    finding: /edition|mailbox bytes/,
    plant: () => replaceMethod(MailboxQueue, "replaceHead", () => () => undefined),
  },
  {
    name: "seen-message-ignored",
    breaks: "a discard or an edit that names the message that was seen is done to whichever is first",
    seedsMax: 40,
    finding: /seen heads: .* was done, but/,
    plant: () => namingAnother(() => undefined),
  },
  {
    name: "first-said-to-have-moved",
    breaks: "a discard or an edit of the message that is first is refused as if another one were",
    seedsMax: 40,
    finding: /seen heads: .* was said to have moved/,
    plant: () => namingAnother((sequence) => sequence + 1),
  },
  {
    name: "edit-in-parts",
    breaks: "of several values that are edited as one, those before one that is refused are written",
    seedsMax: 20,
    finding: /has flag -1/,
    plant: () =>
      replaceMethod(
        LocalPartition,
        "editState",
        (real) =>
          async function editEach(this: LocalPartition, address: unknown, edits: readonly StateEdit[]) {
            for (const edit of edits) await real(this, [address, [edit]]);
          },
      ),
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
];

/** What names a message reaches the engine as if it named another one, or none. */
function namingAnother(another: (sequence: number) => number | undefined): () => void {
  return replaceMethod(
    EmbeddedEngine,
    "act",
    (real) =>
      function act(this: EmbeddedEngine, ...[selection, action]: Parameters<EmbeddedEngine["act"]>) {
        const named = "ifSequence" in action ? action.ifSequence : undefined;
        return real(this, [selection, named === undefined ? action : { ...action, ifSequence: another(named) }]);
      },
  );
}
