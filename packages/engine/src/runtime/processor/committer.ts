/**
 * Committer: the loop that makes epochs durable, one sync at a time. While epoch k is being synced k + 1 fills; when the sync ends the next
 * starts at once. An epoch for which nobody waits is left open for unawaitedMsMax: most of the time the next message comes before, and one
 * sync carries both. A write that fails is tried again with the same batch (its rows are idempotent) until it succeeds or the partition
 * stops.
 */
import type { OpenEpoch, SealedEpoch } from "../../core/commit.ts";
import type { Clock } from "../../ports/clock.ts";
import { StoreError } from "@signalbox/runtime/model/engine-error";
import type { Store } from "../../ports/store.ts";
import { isBeyondWaiting } from "./store-health.ts";
import { coverageMark } from "../../core/coverage-mark.ts";

const retryFirstMs = 50;
const retryMaxMs = 5_000;
/** How long an epoch stays open that nobody waits for. A crash loses the replies of that time, and the functions are called again. */
const unawaitedMsMax = 5;

/** A write that has not ended after this long counts as failing, until it ends. */
export const writeStalledMsMax = 10_000;

export interface CommitterPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly open: () => OpenEpoch;
  /** Returns undefined when there is nothing to write now. */
  readonly seal: () => SealedEpoch | undefined;
  readonly durable: (epoch: number, syncMs: number, writes: number) => void;
  /** Called with the error of a failed write, and with undefined once it succeeded after all. */
  readonly failing: (error: Error | undefined) => void;
  readonly crashed: (error: unknown) => void;
}

export class Committer {
  private readonly ports: CommitterPorts;
  /**
   * True while the loop will still look for more. It turns false in the same turn in which the loop ends, so that a kick right after starts
   * another.
   */
  private active = false;
  private running: Promise<void> | undefined;
  private stopped = false;
  private cancelWait: (() => void) | undefined;
  private seals = 0;
  private cancelLinger: (() => void) | undefined;
  /** The open epoch has been open for unawaitedMsMax. */
  private overdue = false;
  /** When the write under way began, with all its attempts; in wall time, because people read it. */
  writingSinceMs: number | undefined = undefined;
  private writingSinceSteadyMs = 0;
  private stalled = false;
  private failed = false;
  private cancelWatch: (() => void) | undefined;

  constructor(ports: CommitterPorts) {
    this.ports = ports;
  }

  /** Call it when something may have to be written. It costs little when a sync is under way. */
  kick(): void {
    if (this.active || this.stopped || !this.isDue()) return;
    this.active = true;
    this.running = this.loop().catch((error: unknown) => this.ports.crashed(error));
  }

  /** Resolves when the loop has ended, after the sync that is under way. The open epoch stays unwritten. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelWait?.();
    this.cancelLinger?.();
    this.cancelWatch?.();
    await this.running;
  }

  private async loop(): Promise<void> {
    // Waits so that everything else in this turn of the event loop joins the epoch.
    await Promise.resolve();
    while (!this.stopped) {
      const sealed = this.isDue() ? this.ports.seal() : undefined;
      if (sealed === undefined) {
        this.active = false;
        return;
      }
      this.seals++;
      this.overdue = false;
      const startedMs = this.ports.clock.steadyMs();
      if (sealed.writes.length > 0 && !(await this.watched(sealed))) return;
      this.ports.durable(sealed.epoch, this.ports.clock.steadyMs() - startedMs, sealed.writes.length);
    }
  }

  /** Whether to seal now. An epoch that may stay open a little gets a timer that makes it due later. */
  private isDue(): boolean {
    const open = this.ports.open();
    if (open === "awaited" || (open === "unawaited" && this.overdue)) return true;
    if (open === "unawaited" && this.cancelLinger === undefined) this.linger(this.seals);
    return false;
  }

  /** There is one timer at a time, and a seal does not cancel it: an epoch that was opened since gets its own time when the timer ends. */
  private linger(seals: number): void {
    this.cancelLinger = this.ports.clock.schedule(unawaitedMsMax, () => {
      this.cancelLinger = undefined;
      this.overdue = this.seals === seals;
      this.kick();
    });
  }

  private async watched(sealed: SealedEpoch): Promise<boolean> {
    const { clock } = this.ports;
    this.writingSinceMs = clock.nowMs();
    this.writingSinceSteadyMs = clock.steadyMs();
    this.lookLater(writeStalledMsMax);
    const isWritten = await this.write(sealed);
    this.writingSinceMs = undefined;
    return isWritten;
  }

  /** There is one timer for all writes: a store that writes thousands of epochs a second must not set a timer for each. */
  private lookLater(delayMs: number): void {
    this.cancelWatch ??= this.ports.clock.schedule(delayMs, () => {
      this.cancelWatch = undefined;
      if (this.writingSinceMs === undefined || this.stopped) return;
      const waitsMs = this.ports.clock.steadyMs() - this.writingSinceSteadyMs;
      if (waitsMs < writeStalledMsMax) return this.lookLater(writeStalledMsMax - waitsMs);
      // A write that failed has reported its error already, and is being tried again.
      if (!this.stalled && !this.failed) {
        this.stalled = true;
        coverageMark("store-write-stalled");
        this.ports.failing(stalledWrite());
      }
      this.lookLater(writeStalledMsMax);
    });
  }

  private async write(sealed: SealedEpoch): Promise<boolean> {
    let waitMs = retryFirstMs;
    for (let failures = 0; !this.stopped; failures++) {
      try {
        await this.ports.store.writeSynced(sealed.writes);
        this.failed = false;
        if (failures > 0 || this.stalled) {
          this.stalled = false;
          coverageMark("store-write-worked-again");
          this.ports.failing(undefined);
        }
        return true;
      } catch (error) {
        // No retry mends a damaged store, so the partition stops.
        if (isBeyondWaiting(error)) throw error;
        coverageMark("store-write-failed");
        this.failed = true;
        this.ports.failing(error instanceof Error ? error : new Error(String(error)));
      }
      await this.wait(waitMs);
      waitMs = Math.min(retryMaxMs, waitMs * 2);
    }
    return false;
  }

  private wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.ports.clock.schedule(delayMs, resolve);
      this.cancelWait = () => {
        cancel();
        resolve();
      };
    });
  }
}

function stalledWrite(): StoreError {
  return new StoreError("STORE_FAILED", {
    message: `a write of the store has not ended for ${writeStalledMsMax / 1000} s`,
    place: "engine",
    cure: "Check the disk of the data directory, and what else holds it; the engine goes on by itself once the write ends.",
  });
}
