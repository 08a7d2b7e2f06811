/**
 * SimOperatorActions: people who act on entities while traffic goes on: they discard and edit head messages, edit state, retry early and in
 * bulk, and try what must be refused. It tells operator-actions-oracle.ts what was confirmed. Neighbour: sim-operator.ts (deployments,
 * savepoints, crashes).
 */
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import type { EntityAction } from "@signalbox/runtime";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { messageId } from "@signalbox/runtime/model/message";
import type { EntityStatus, EntityView } from "@signalbox/runtime/model/views";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import type { OperatorActionsOracle } from "../oracles/operator-actions-oracle.ts";
import { headOnDisk, heldOf, type HeadOnDisk, partitionsOf, troubledOf } from "../engine-inside.ts";
import { decodeEnvelope, encodeEnvelope, encodeFlag, flagState, type Envelope } from "../oracles/interpreter.ts";
import type { Model } from "../oracles/model.ts";
import type { Prng } from "../prng.ts";
import type { EgressWorld } from "./sim-egress.ts";
import { isMoved, SimSeenHeads } from "./sim-seen-heads.ts";
import { must } from "./trace.ts";
import { addressOf, type ProgramKind } from "./workload.ts";

export interface ActionsWorld extends EgressWorld {
  readonly entities: number;
  readonly acts: OperatorActionsOracle;
  readonly model: Model;
  note(text: string): void;
}

/** Functions cannot process them; a person discards or mends them. */
const badKinds: ReadonlySet<ProgramKind> = new Set<ProgramKind>(["poison", "thrower", "killer"]);

/** The value of an edit that is refused. */
const neverFlag = -1;

type HeadAction = Extract<EntityAction, { readonly kind: "discard-head" | "edit-head" }>;

interface Head {
  readonly address: Address;
  readonly sequence: number;
  readonly envelope: Envelope;
  /** The entity was not in memory. */
  readonly onDisk: HeadOnDisk | undefined;
}

export class SimOperatorActions {
  private readonly world: ActionsWorld;
  private readonly rng: Prng;
  private readonly editing = new Set<string>();
  /** An action on the first message of these entities is under way, and nobody knows which message is the first until it has ended. */
  private readonly heading = new Set<string>();
  readonly seen: SimSeenHeads;
  private flags = 0;
  private engine: EmbeddedEngine | undefined = undefined;

  constructor(world: ActionsWorld, rng: Prng) {
    this.world = world;
    this.rng = rng;
    this.seen = new SimSeenHeads(world);
  }

  /**
   * The engine is up (again). In a new life it is not known any more which answers were missing; after a failed restore they still come.
   */
  wake(engine: EmbeddedEngine): void {
    if (engine !== this.engine) {
      this.editing.clear();
      this.heading.clear();
    }
    this.engine = engine;
    this.seen.forget();
  }

  turn(engine: EmbeddedEngine): void {
    const { faults } = this.world;
    if (faults.hit("retryAll")) this.retryAll(engine);
    if (faults.hit("retryEarly")) this.act(engine, this.anybody(), { kind: "retry" }, () => undefined);
    if (faults.hit("editState")) this.editState(engine);
    if (faults.hit("actOnBusy")) this.actOnBusy(engine);
    const heads = this.heads(engine, undefined);
    this.seen.turn(engine);
    this.seen.saw(heads);
    const discardable = heads.find((head) => head.envelope.program.kind === "discardable");
    if (discardable !== undefined && faults.hit("discardHead")) this.discard(engine, discardable);
    // A poison message is handled when it is parked; a message that is sent again comes in its first edition again.
    const editable = heads.filter((head) => head.envelope.program.kind === "work");
    if (editable.length > 0 && faults.hit("editHead")) this.edit(engine, this.rng.pick(editable), "work");
  }

  /** Poison is discarded or mended, and everything else is retried. */
  careForParked(engine: EmbeddedEngine): void {
    for (const view of this.troubled(engine, "parked")) {
      const head = headOf(view);
      const isPoison = head !== undefined && badKinds.has(head.envelope.program.kind);
      this.world.note(`care for ${formatAddress(view.address)}: ${isPoison ? "poison" : "retry"}`);
      if (!isPoison) this.act(engine, view.address, { kind: "retry" }, () => undefined);
      else if (this.rng.chance(700)) this.discard(engine, head);
      else this.edit(engine, head, "discardable");
    }
  }

  private anybody(): Address {
    return addressOf(this.rng.below(this.world.entities));
  }

  private troubled(engine: EmbeddedEngine, status: EntityStatus | undefined): EntityView[] {
    return this.looked(() => troubledOf(engine, { status, limit: 20 }));
  }

  private held(engine: EmbeddedEngine): EntityView[] {
    return this.looked(() => heldOf(engine, 20));
  }

  private looked(look: () => EntityView[]): EntityView[] {
    try {
      return look();
    } catch (error) {
      // The list shows state values, and the disk may not be readable.
      if (error instanceof EngineError && error.code === "STORE_FAILED") return [];
      throw error;
    }
  }

  private heads(engine: EmbeddedEngine, status: EntityStatus | undefined): Head[] {
    return [...this.held(engine), ...this.troubled(engine, status)].flatMap((view) => headOf(view) ?? []);
  }

  private discard(engine: EmbeddedEngine, head: Head): void {
    const { id } = head.envelope.program;
    this.world.model.mayBeDiscarded(id);
    this.actOnHead(engine, head, { act: { kind: "discard-head" }, confirmed: () => this.world.acts.discardConfirmed(id) });
  }

  /** The same program in a new edition, or a poison message mended into one that can be processed. */
  private edit(engine: EmbeddedEngine, head: Head, kind: Envelope["program"]["kind"]): void {
    const { envelope } = head;
    const edition = envelope.edition + 1;
    const program = { ...envelope.program, kind };
    const act = { kind: "edit-head", value: encodeEnvelope({ ...envelope, program, edition }) } as const;
    this.actOnHead(engine, head, { act, confirmed: () => this.world.acts.editConfirmed(program.id, edition) });
  }

  private actOnHead(engine: EmbeddedEngine, head: Head, { act, confirmed }: { act: HeadAction; confirmed: () => void }): void {
    const { address, onDisk, sequence } = head;
    const name = formatAddress(address);
    if (this.heading.has(name)) return;
    this.heading.add(name);
    this.world.note(`${act.kind} ${name}`);
    const ended = (check: () => void): void => {
      // While a restore is under way the world has no engine, and afterwards it may be this engine again.
      if (this.engine === engine) this.heading.delete(name);
      if (this.world.engine() === engine) check();
    };
    // It names the message that was seen, so that it is done to this one or to none.
    engine.act({ kind: "one", address }, { ...act, ifSequence: sequence }).then(
      () => ended(confirmed),
      // Refusals and lost answers are part of the world. But an entity that waits for a person is not busy, wherever its messages are.
      (error: unknown) =>
        ended(() => {
          this.world.guard(() => must(!isMoved(error), () => `seen heads: ${name} has ${sequence} first, and it was said to have moved`));
          const isBusy = error instanceof EngineError && error.code === "ENTITY_BUSY";
          if (isBusy && onDisk !== undefined)
            this.world.guard(() =>
              must(!onDisk.hasWaited(), () => `${act.kind} of ${name}, which waits for a person, was refused as busy`),
            );
        }),
    );
  }

  private editState(engine: EmbeddedEngine): void {
    const address = this.anybody();
    const name = formatAddress(address);
    if (this.editing.has(name)) return;
    if (this.rng.chance(100)) {
      // Nobody declared the second value, so the edit must be refused and the flag not written; the oracle checks that.
      this.mustFail(
        engine,
        `a value of ${name} that nobody declared was edited`,
        engine.editState(address, [
          { name: flagState.name, value: encodeFlag(neverFlag) },
          { name: "nobody-declared-this", value: undefined },
        ]),
      );
      return;
    }
    const flag = this.rng.chance(200) ? 0 : ++this.flags;
    this.editing.add(name);
    this.world.acts.flagTried(address, flag);
    this.world.note(`edit the flag of ${name} to ${flag}`);
    engine.editState(address, [{ name: flagState.name, value: flag === 0 ? undefined : encodeFlag(flag) }]).then(
      () => {
        if (this.world.engine() !== engine) return;
        this.editing.delete(name);
        this.world.acts.flagConfirmed(address, flag);
      },
      () => {
        if (this.world.engine() === engine) this.editing.delete(name);
      },
    );
  }

  /** A message that is being sent to a function cannot be discarded. What was not read yet is read first. */
  private actOnBusy(engine: EmbeddedEngine): void {
    const unread = this.troubled(engine, undefined).find((view) => view.mailboxDepth > 0 && view.mailbox.length === 0);
    if (unread !== undefined) return this.actOnUnread(engine, unread.address);
    const busy = partitionsOf(engine).flatMap((partition) => [...partition.invocations.inFlight.values()])[0];
    if (busy === undefined) return;
    const what = `a message of ${formatAddress(busy.address)} was discarded that is in flight`;
    this.mustFail(engine, what, engine.act({ kind: "one", address: busy.address }, { kind: "discard-head" }));
  }

  private actOnUnread(engine: EmbeddedEngine, address: Address): void {
    headOnDisk(engine, address).then(
      (onDisk) =>
        this.world.guard(() => {
          if (onDisk === undefined || this.world.engine() !== engine || !onDisk.isUnread()) return;
          const head = { address, onDisk, sequence: messageId(onDisk.message), envelope: decodeEnvelope(onDisk.message.value) };
          const { kind } = head.envelope.program;
          if (kind === "work") this.edit(engine, head, kind);
          else if (kind === "discardable" || badKinds.has(kind)) this.discard(engine, head);
        }),
      // The disk may not be readable.
      () => undefined,
    );
  }

  private mustFail(engine: EmbeddedEngine, what: string, work: Promise<unknown>): void {
    work.then(
      () => this.world.guard(() => must(this.world.engine() !== engine, () => what)),
      () => undefined,
    );
  }

  private retryAll(engine: EmbeddedEngine): void {
    const status = this.rng.chance(500) ? "backing-off" : "parked";
    engine.act({ kind: "by-status", type: undefined, status }, { kind: "retry" }).then(
      () => undefined,
      () => undefined,
    );
  }

  private act(engine: EmbeddedEngine, address: Address, act: EntityAction, confirmed: () => void): void {
    this.world.note(`${act.kind} ${formatAddress(address)}`);
    engine.act({ kind: "one", address }, act).then(
      () => {
        if (this.world.engine() === engine) confirmed();
      },
      // Refusals and lost answers are part of the world.
      () => undefined,
    );
  }
}

function headOf(view: EntityView): Head | undefined {
  const message = view.mailbox[0];
  return message && { address: view.address, sequence: message.sequence, envelope: decodeEnvelope(message.value), onDisk: undefined };
}
