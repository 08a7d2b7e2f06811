/**
 * Committer: the loop that makes epochs durable, one sync at a time. While epoch k is being synced k + 1 fills; when the sync ends the
 * next starts at once. An epoch for which nobody waits is left open for unawaitedMsMax: most of the time the next message comes before, and one
 * sync carries both. A write that fails is tried again with the same batch (records are idempotent) until it succeeds or we stop.
 */
import type { OpenEpoch, SealedEpoch } from "../core/commit.ts";
import type { Clock } from "../ports/clock.ts";
import { StoreError } from "../model/engine-error.ts";
import type { Store } from "../ports/store.ts";
import { isBeyondWaiting } from "./store-health.ts";
import { coverageMark } from "../core/coverage-mark.ts";

const retryFirstMs = 50;
const retryMaxMs = 5_000;
/** So long an epoch stays open for which nobody waits. A crash loses what functions replied in that time, and they are called again. */
const unawaitedMsMax = 5;

/** A write that has not ended after this long counts as failing, until it ends. */
export const writeStalledMsMax = 10_000;

export interface CommitterPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly open: () => OpenEpoch;
  /** Undefined: nothing to do now. */
  readonly seal: () => SealedEpoch | undefined;
  readonly durable: (epoch: number, syncMs: number, writes: number) => void;
  /** Called with the error of a failed write, and with undefined once it succeeded after all. */
  readonly failing: (error: Error | undefined) => void;
  readonly crashed: (error: unknown) => void;
}

export class Committer {
  private readonly ports: CommitterPorts;
  /** The loop will look for more before it ends. Ends in the same turn as the loop: a kick right after must start another. */
  private active = false;
  private running: Promise<void> | undefined;
  private stopped = false;
  private cancelWait: (() => void) | undefined;
  private seals = 0;
  private cancelLinger: (() => void) | undefined;
  /** The open epoch has been left open for long enough. */
  private overdue = false;
  /** Since when the write under way is, with all its attempts; in wall time, for people. */
  writingSinceMs: number | undefined = undefined;
  private writingSinceSteadyMs = 0;
  private stalled = false;
  private failed = false;
  private cancelWatch: (() => void) | undefined;

  constructor(ports: CommitterPorts) {
    this.ports = ports;
  }

  /** Something may have to be written. Cheap when a sync is under way. */
  kick(): void {
    if (this.active || this.stopped || !this.isDue()) return;
    this.active = true;
    this.running = this.loop().catch((error: unknown) => this.ports.crashed(error));
  }

  /** The loop ends after the sync under way; what is open stays unwritten. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelWait?.();
    this.cancelLinger?.();
    this.cancelWatch?.();
    await this.running;
  }

  private async loop(): Promise<void> {
    // What else happens in this turn of the event loop joins the epoch.
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

  /** False also for what may stay open a little; then it will be due by itself. */
  private isDue(): boolean {
    const open = this.ports.open();
    if (open === "awaited" || (open === "unawaited" && this.overdue)) return true;
    if (open === "unawaited" && this.cancelLinger === undefined) this.linger(this.seals);
    return false;
  }

  /** One timer at a time, never cancelled by a seal: an epoch that was opened meanwhile is given its time when the timer ends. */
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

  /** One timer at a time, whatever ends meanwhile: what writes thousands of epochs a second must not pay for one each. */
  private lookLater(delayMs: number): void {
    this.cancelWatch ??= this.ports.clock.schedule(delayMs, () => {
      this.cancelWatch = undefined;
      if (this.writingSinceMs === undefined || this.stopped) return;
      const waitsMs = this.ports.clock.steadyMs() - this.writingSinceSteadyMs;
      if (waitsMs < writeStalledMsMax) return this.lookLater(writeStalledMsMax - waitsMs);
      // A write that failed has told why already, and is tried again.
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
        // No retry mends a damaged store; the partition stops.
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
