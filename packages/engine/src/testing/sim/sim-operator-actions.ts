/**
 * SimOperatorActions: people who act on entities while traffic goes on: they discard and edit head messages, edit state, retry early and in bulk, and
 * try what must be refused. operator-actions-oracle.ts is told what was confirmed. Neighbour: sim-operator.ts (deployments, savepoints, crashes).
 */
import { formatAddress, type Address } from "../../model/address.ts";
import { EngineError } from "../../model/engine-error.ts";
import type { EntityStatus, EntityView, WaitingMessage } from "../../model/views.ts";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import type { OperatorActionsOracle } from "../oracles/operator-actions-oracle.ts";
import { partitionsOf, troubledOf } from "../engine-inside.ts";
import { decodeEnvelope, encodeEnvelope, encodeFlag, type Envelope } from "../oracles/interpreter.ts";
import type { Model } from "../oracles/model.ts";
import type { Prng } from "../prng.ts";
import type { EgressWorld } from "./sim-egress.ts";
import { must } from "./trace.ts";
import { addressOf, type ProgramKind } from "./workload.ts";

export interface ActionsWorld extends EgressWorld {
  readonly entities: number;
  readonly acts: OperatorActionsOracle;
  readonly model: Model;
  note(text: string): void;
}

/** Nobody can process them; a person discards or mends them. */
const badKinds: ReadonlySet<ProgramKind> = new Set<ProgramKind>(["poison", "thrower", "killer"]);

interface Head {
  readonly view: EntityView;
  readonly message: WaitingMessage;
  readonly envelope: Envelope;
}

export class SimOperatorActions {
  private readonly world: ActionsWorld;
  private readonly rng: Prng;
  private readonly editing = new Set<string>();
  private flags = 0;
  private engine: EmbeddedEngine | undefined = undefined;

  constructor(world: ActionsWorld, rng: Prng) {
    this.world = world;
    this.rng = rng;
  }

  /** The engine is up (again). In a new life it is not known any more whose answers were out; after a failed restore they still come. */
  wake(engine: EmbeddedEngine): void {
    if (engine !== this.engine) this.editing.clear();
    this.engine = engine;
  }

  turn(engine: EmbeddedEngine): void {
    const { faults } = this.world;
    if (faults.hit("retryAll")) this.retryAll(engine);
    if (faults.hit("retryEarly")) this.act(engine, this.anybody(), { kind: "retry" }, () => undefined);
    if (faults.hit("editState")) this.editState(engine);
    if (faults.hit("actOnBusy")) this.actOnBusy(engine);
    const heads = this.heads(engine, undefined);
    const discardable = heads.find((head) => head.envelope.program.kind === "discardable");
    if (discardable !== undefined && faults.hit("discardHead")) this.discard(engine, discardable);
    // Poison is cared for when it is parked; what is sent again comes in its first edition again.
    const editable = heads.filter((head) => head.envelope.program.kind === "work");
    if (editable.length > 0 && faults.hit("editHead")) this.edit(engine, this.rng.pick(editable), "work");
  }

  /** Poison goes or is mended, everything else tries again. */
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
    try {
      return troubledOf(engine, { status, limit: 20 });
    } catch (error) {
      // The list shows state values, and the disk may not read.
      if (error instanceof EngineError && error.code === "STORE_FAILED") return [];
      throw error;
    }
  }

  private heads(engine: EmbeddedEngine, status: EntityStatus | undefined): Head[] {
    return this.troubled(engine, status).flatMap((view) => headOf(view) ?? []);
  }

  private discard(engine: EmbeddedEngine, head: Head): void {
    const { id } = head.envelope.program;
    this.world.model.mayBeDiscarded(id);
    this.act(engine, head.view.address, { kind: "discard-head" }, () => this.world.acts.discardConfirmed(id));
  }

  /** The same program in a new edition, or poison mended into something that can be processed. */
  private edit(engine: EmbeddedEngine, head: Head, kind: Envelope["program"]["kind"]): void {
    const { envelope, view } = head;
    const edition = envelope.edition + 1;
    const program = { ...envelope.program, kind };
    const act = { kind: "edit-head", value: encodeEnvelope({ ...envelope, program, edition }) } as const;
    this.act(engine, view.address, act, () => this.world.acts.editConfirmed(program.id, edition));
  }

  private editState(engine: EmbeddedEngine): void {
    const address = this.anybody();
    const name = formatAddress(address);
    if (this.editing.has(name)) return;
    if (this.rng.chance(100)) {
      // Nobody declared it: it must be refused.
      this.mustFail(
        engine,
        `a value of ${name} that nobody declared was edited`,
        engine.editState(address, "nobody-declared-this", undefined),
      );
      return;
    }
    const flag = this.rng.chance(200) ? 0 : ++this.flags;
    this.editing.add(name);
    this.world.acts.flagTried(address, flag);
    this.world.note(`edit the flag of ${name} to ${flag}`);
    engine.editState(address, "flag", flag === 0 ? undefined : encodeFlag(flag)).then(
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

  /** What is on its way to a function, or was not read yet, is nobody's to discard. */
  private actOnBusy(engine: EmbeddedEngine): void {
    const unread = this.troubled(engine, undefined).find((view) => view.mailboxDepth > 0 && view.mailbox.length === 0);
    const busy = unread ?? partitionsOf(engine).flatMap((partition) => [...partition.invocations.inFlight.values()])[0];
    if (busy === undefined) return;
    const what = `a message of ${formatAddress(busy.address)} was discarded that is in flight or was not read yet`;
    this.mustFail(engine, what, engine.act({ kind: "one", address: busy.address }, { kind: "discard-head" }));
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

  private act(engine: EmbeddedEngine, address: Address, act: Parameters<EmbeddedEngine["act"]>[1], confirmed: () => void): void {
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
  return message === undefined ? undefined : { view, message, envelope: decodeEnvelope(message.value) };
}
