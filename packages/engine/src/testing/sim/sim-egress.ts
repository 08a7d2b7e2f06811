/**
 * SimEgress: consumers that read durable egress records, repeat themselves, stall, refuse, and acknowledge, also twice at once. They check
 * what a consumer may rely on: the order, a sequence that never changes, no record again after it was acknowledged, and nothing that is not
 * on disk (G3).
 */
import { storeKey } from "../../core/store/store-key.ts";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import type { EgressRecord } from "@signalbox/runtime/model/message";
import type { StoreReader } from "../../ports/store.ts";
import type { Faults } from "./faults.ts";
import { decodeEgress } from "../oracles/interpreter.ts";
import type { Scheduler } from "./scheduler.ts";
import { must } from "./trace.ts";

export interface EgressWorld {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** Undefined while the engine is down, stops or restores. */
  engine(): EmbeddedEngine | undefined;
  /** Also set while the engine stops or restores, because clients do not know of it. */
  anyEngine(): EmbeddedEngine | undefined;
  disk(): StoreReader;
  /** Keeps an oracle's finding that was made inside a promise. */
  guard(check: () => void): void;
}

export class SimEgress {
  readonly egress: string;
  /** Maps a record's id to the sequence under which it came. */
  private readonly received = new Map<number, number>();
  /** All record ids that ever came, those before a restore included. */
  readonly ever = new Set<number>();
  deliveries = 0;
  private acknowledged = 0;
  /** What it asked to remove, confirmed or not. */
  private asked = 0;
  private readonly world: EgressWorld;

  constructor(egress: string, world: EgressWorld) {
    this.egress = egress;
    this.world = world;
  }

  start(): void {
    const { scheduler, faults } = this.world;
    const pauseMs = faults.hit("consumerStalls") ? faults.rng.between(1_000, 10_000) : faults.rng.between(20, 200);
    scheduler.after(pauseMs, `consume ${this.egress}`, () => {
      const engine = this.world.engine();
      if (engine !== undefined) this.read(engine);
      this.start();
    });
  }

  /** The state went back in time: what came since may come again, under other sequences. */
  restored(): void {
    this.received.clear();
    this.acknowledged = 0;
    this.asked = 0;
  }

  private read(engine: EmbeddedEngine): void {
    const limit = this.world.faults.rng.between(1, 10);
    const { acknowledged } = this;
    engine.egressRecords({ egress: this.egress, limit }).then(
      (records) => {
        if (this.world.engine() !== engine) return;
        this.world.guard(() => this.take(engine, records, acknowledged));
      },
      () => undefined,
    );
  }

  /** `acknowledged` as it was when the read began: only records that were confirmed before must not come. */
  private take(engine: EmbeddedEngine, records: readonly EgressRecord[], acknowledged: number): void {
    let last = 0;
    const taken = this.world.faults.hit("consumerRefuses") ? records.slice(0, this.world.faults.rng.below(records.length)) : records;
    for (const record of taken) {
      const { id, inherited } = decodeEgress(record.value);
      must(
        inherited.includes(record.headers ?? null),
        () => `headers: egress ${this.egress} got record ${id} with ${record.headers ?? "none"}, its cause has ${inherited.join(" or ")}`,
      );
      this.deliveries++;
      must(record.sequence > last, () => `egress ${this.egress} is out of order at ${record.sequence}`);
      must(
        record.sequence > acknowledged,
        () => `egress ${this.egress} delivered ${record.sequence} again, acknowledged up to ${acknowledged}`,
      );
      must(
        record.sequence <= this.asked || this.world.disk().get(storeKey.egressRecord(this.egress, record.sequence)) !== undefined,
        () => `G3: egress ${this.egress} delivered ${record.sequence}, which is not on disk`,
      );
      const before = this.received.get(id);
      must(
        before === undefined || before === record.sequence,
        () => `egress ${this.egress} delivered record ${id} as ${before} and as ${record.sequence}`,
      );
      last = record.sequence;
      this.received.set(id, record.sequence);
      this.ever.add(id);
    }
    const first = taken[0];
    if (first === undefined || this.world.faults.hit("consumerRepeats")) return;
    this.acknowledge(engine, last);
    if (this.world.faults.hit("consumerRepeats")) this.acknowledge(engine, this.world.faults.rng.chance(500) ? last : first.sequence);
  }

  private acknowledge(engine: EmbeddedEngine, through: number): void {
    this.asked = Math.max(this.asked, through);
    engine.egressAcknowledge(this.egress, through).then(
      () => {
        if (this.world.engine() !== engine) return;
        this.world.guard(() => {
          const row = this.world.disk().get(storeKey.egressRecord(this.egress, through));
          must(
            row === undefined,
            () => `G3: acknowledging ${through} of egress ${this.egress} was confirmed and its removal is not durable`,
          );
          this.acknowledged = Math.max(this.acknowledged, through);
        });
      },
      () => undefined,
    );
  }
}
