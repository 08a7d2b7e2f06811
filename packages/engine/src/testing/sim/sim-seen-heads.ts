/**
 * SimSeenHeads: people who looked at the first message of a mailbox some time ago and act on it now, naming the message that they saw,
 * while another one is first. An act that names a message is never done to another one, so each act here must be refused. What is refused
 * changes no row, so hardly a seed means another world than without these people. Neighbour: sim-operator-actions.ts.
 */
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import type { EntityAction } from "@signalbox/runtime";
import { messageId } from "@signalbox/runtime/model/message";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { partitionsOf } from "../engine-inside.ts";
import { encodeEnvelope, type Envelope } from "../oracles/interpreter.ts";
import type { Faults } from "./faults.ts";
import { must } from "./trace.ts";

const seenHeadsMax = 64;

interface SeenWorld {
  readonly faults: Faults;
  /** Undefined while the engine is down, stops or restores. */
  engine(): EmbeddedEngine | undefined;
  guard(check: () => void): void;
}

interface SeenHead {
  readonly address: Address;
  readonly sequence: number;
  readonly envelope: Envelope;
}

export class SimSeenHeads {
  private readonly world: SeenWorld;
  /** What was seen first of each entity, the oldest look first. */
  private readonly seen = new Map<string, SeenHead>();
  private acted = 0;
  /** How many acts were refused because another message is first now. */
  moved = 0;

  constructor(world: SeenWorld) {
    this.world = world;
  }

  /** In another life, and after a restore, messages have other numbers. */
  forget(): void {
    this.seen.clear();
  }

  saw(heads: readonly SeenHead[]): void {
    for (const head of heads) {
      const name = formatAddress(head.address);
      if (!this.seen.has(name) && this.seen.size < seenHeadsMax) this.seen.set(name, head);
    }
  }

  turn(engine: EmbeddedEngine): void {
    for (const [name, head] of this.seen) {
      const first = firstToActOn(engine, head.address);
      if (first === undefined || first === head.sequence) continue;
      if (!this.world.faults.hit("headMoved")) return;
      this.seen.delete(name);
      this.act(engine, head, `message ${first} is first`);
      return;
    }
  }

  private act(engine: EmbeddedEngine, { address, sequence, envelope }: SeenHead, now: string): void {
    const value = encodeEnvelope({ ...envelope, edition: envelope.edition + 1 });
    const acts: readonly EntityAction[] = [
      { kind: "discard-head", ifSequence: sequence },
      { kind: "edit-head", ifSequence: sequence, value },
    ];
    const act = acts[this.acted++ % acts.length];
    if (act === undefined) return;
    Promise.allSettled([engine.act({ kind: "one", address }, act)]).then(([outcome]) => {
      if (this.world.engine() !== engine) return;
      this.count(outcome);
      this.world.guard(() =>
        must(
          outcome.status === "rejected",
          () => `seen heads: ${act.kind} of message ${sequence} of ${formatAddress(address)} was done, but ${now}`,
        ),
      );
    }, never);
  }

  private count(outcome: PromiseSettledResult<unknown>): void {
    if (outcome.status === "rejected" && isMoved(outcome.reason)) this.moved++;
  }
}

/** Whether the engine says that another message is first by now. */
export function isMoved(error: unknown): boolean {
  return error instanceof EngineError && error.code === "MESSAGE_MOVED";
}

/** The number of the first message of who waits with it in memory, so that an act on it is answered at once. */
function firstToActOn(engine: EmbeddedEngine, address: Address): number | undefined {
  for (const { entities, cold, mailboxes } of partitionsOf(engine)) {
    const entity = entities.find(address);
    if (entity === undefined || cold.held.has(entity.keyPart) || mailboxes.heldHeads.has(entity)) continue;
    const { status, mailbox } = entity;
    const waits = status === "parked" || status === "paused" || status === "backing-off" || status === "held";
    const first = mailbox.at(0);
    if (waits && first !== undefined) return messageId(first);
  }
  return undefined;
}

/** `allSettled` does not reject. */
function never(): void {}
