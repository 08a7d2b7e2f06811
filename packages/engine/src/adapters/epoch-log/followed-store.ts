/**
 * FollowedStore: a store whose writer lives in another thread, as snapshots: layers read from its epoch log (followed-log.ts) over the
 * store below, which both threads have open. Guarantee: a snapshot shows every batch that was durable when it was asked for, and no part of
 * any other (docs/decisions/0119).
 */
import type { StoreSnapshot } from "../../ports/store.ts";
import { FollowedLog, type LogBytes } from "./followed-log.ts";
import type { GiveWay } from "./layered-scan.ts";
import { layeredSnapshot } from "./layered-snapshot.ts";
import type { LogProgress } from "./log-progress.ts";

export interface FollowedStoreOptions {
  readonly below: { snapshot(): StoreSnapshot };
  readonly bytes: LogBytes;
  readonly progress: LogProgress;
  readonly giveWay: GiveWay;
  /** For the simulator: what the writer does between two steps of a snapshot. */
  readonly meanwhile?: () => Promise<void>;
}

export class FollowedStore {
  readonly #options: FollowedStoreOptions;
  readonly #log: FollowedLog;

  constructor(options: FollowedStoreOptions) {
    this.#options = options;
    this.#log = new FollowedLog(options.bytes, options.progress);
  }

  /** Rejects with STORE_FAILED. */
  async snapshot(): Promise<StoreSnapshot> {
    const { below, progress, giveWay, meanwhile } = this.#options;
    for (;;) {
      this.#log.catchUp();
      await meanwhile?.();
      const layers = this.#log.layers.map((layer) => ({ layer, slots: layer.slots }));
      const ordinal = this.#log.ordinal;
      const under = below.snapshot();
      await meanwhile?.();
      // Checked last: the store below may already have some rows of frames that the layers lack, and a snapshot with only some of them
      // would be inconsistent.
      if (progress.mayBeBelow <= ordinal) return layeredSnapshot(layers, under, giveWay);
      await under.close();
    }
  }
}
