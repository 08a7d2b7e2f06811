/**
 * WorldLives: the lives of the engine in a world, one after the other: starts, crashes, orderly stops and restores, any of which may come
 * while another is under way. Neighbours: sim-life.ts (one life), world.ts (what outlives it and what is told of it).
 */
import type { StoreReader } from "../../ports/store.ts";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import { checkJournalCarried } from "../oracles/journal-oracle.ts";
import type { Prng } from "../prng.ts";
import { SimLife, type LivingWorld } from "./sim-life.ts";
import type { Savepoint } from "./sim-operator.ts";
import type { StoreSet } from "./sim-store-home.ts";
import { must } from "./trace.ts";

export interface LivesWorld extends LivingWorld {
  /** The engine is up: a new one, or the same one after a restore. */
  opened(engine: EmbeddedEngine): void;
  checkAfterCrash(): void;
  /** What is on disk is what a savepoint held. */
  restored(): void;
  failed(error: unknown): void;
  guard(check: () => void): void;
  disk(): StoreReader;
}

export class WorldLives {
  private readonly world: LivesWorld;
  private readonly rng: Prng;
  private life: SimLife | undefined;
  private restoring: { readonly before: StoreReader; readonly epoch: number } | undefined;

  constructor(world: LivesWorld, rng: Prng) {
    this.world = world;
    this.rng = rng;
  }

  /** Undefined while the engine is being opened, stopped or restored. */
  engine(): EmbeddedEngine | undefined {
    return this.restoring === undefined && this.life?.stopping !== true ? this.life?.engine : undefined;
  }

  anyEngine(): EmbeddedEngine | undefined {
    return this.life?.engine;
  }

  isNow(life: SimLife): boolean {
    return this.life === life;
  }

  get isRestoring(): boolean {
    return this.restoring !== undefined;
  }

  /** A restore has taken effect, and nobody has learned of it yet. */
  get hasAdopted(): boolean {
    return this.restoring !== undefined && this.restoring.before !== this.world.disk();
  }

  get heldReplies(): number {
    return this.life?.transport.heldReplies ?? 0;
  }

  get hasReadFaults(): boolean {
    return this.life !== undefined && this.life.readFaults > 0;
  }

  open(): void {
    const { world } = this;
    const life = new SimLife(++world.stats.lives, world);
    world.bad.countAnew();
    this.life = life;
    world.note(`life ${life.number} opens`);
    if (world.faults.hit("crashWhileOpening")) this.crashSoon(life, "crash while opening", 15);
    life.open().then(
      (engine) => {
        if (this.life !== life) return;
        world.note(`life ${life.number} is open`);
        life.engine = engine;
        world.opened(engine);
        if (world.faults.hit("crashAfterOpening")) this.crashSoon(life, "crash after opening", 200);
      },
      (error: unknown) => {
        if (this.life !== life) return;
        world.guard(() => must(life.readFaults > 0, () => `opening failed: ${error instanceof Error ? error.stack : String(error)}`));
        this.kill(life);
        this.reopenLater();
      },
    );
  }

  crash(): void {
    const { life, world } = this;
    if (life === undefined) return;
    world.stats.crashes++;
    if (life.engine === undefined) world.stats.crashesWhileOpening++;
    if (this.restoring !== undefined) world.stats.crashesWhileRestoring++;
    world.note(`crash of life ${life.number}`);
    this.kill(life);
    this.reopenLater();
  }

  /** An orderly stop, as on SIGTERM. */
  stop(): void {
    const { life, world } = this;
    const engine = life?.engine;
    if (life === undefined || engine === undefined || life.stopping) return;
    world.note(`stop of life ${life.number}`);
    world.stats.stops++;
    const ended = (): void => {
      if (this.life !== life) return;
      this.kill(life);
      this.reopenLater();
    };
    const drainTimeoutMs = this.rng.fork(`drain ${life.number}`).between(100, 10_000);
    life.stopping = true;
    engine.stop({ drainTimeoutMs }).then(ended, ended);
  }

  /** Only a store that cannot be read may stop the engine. */
  stopped(life: SimLife, reason: string): void {
    this.world.guard(() => must(life.readFaults > 0, () => `the engine stopped: ${reason}`));
    this.world.scheduler.after(1, "supervisor", () => {
      if (this.life === life) this.crash();
    });
  }

  restore(savepoint: Savepoint): void {
    const { life, world } = this;
    const engine = this.engine();
    if (life === undefined || engine === undefined) return;
    world.note(`restore ${savepoint.path}`);
    world.stats.restores++;
    this.restoring = { before: world.disk(), epoch: savepoint.epoch };
    const ended = (text: string): void => {
      if (this.life !== life) return;
      world.note(text);
      this.afterRestore();
      world.opened(engine);
    };
    engine.restoreSavepoint(savepoint.path).then(
      () => ended("restored"),
      (error: unknown) => ended(`restore failed: ${String(error)}`),
    );
  }

  async adopting(next: StoreSet): Promise<void> {
    const { restoring, world } = this;
    if (restoring === undefined) return;
    const restored = async (): Promise<void> => {
      await world.recovery.restored(next.stores, restoring.epoch);
      await checkJournalCarried(world.simDisk.current().stores, next.stores);
    };
    await restored().catch((error: unknown) => world.failed(error));
  }

  /** No other restore follows. */
  end(): void {
    if (this.life !== undefined) this.kill(this.life);
  }

  private crashSoon(life: SimLife, label: string, withinMs: number): void {
    this.world.scheduler.after(this.world.faults.rng.between(0, withinMs), label, () => {
      if (this.life === life) this.crash();
    });
  }

  private kill(life: SimLife): void {
    life.end();
    this.life = undefined;
    // The restore may have happened all the same; the disk tells.
    if (this.restoring !== undefined) this.afterRestore();
  }

  private reopenLater(): void {
    const { world } = this;
    world.scheduler.after(world.faults.rng.between(0, 3_000), "start", () => {
      world.guard(() => world.checkAfterCrash());
      world.recovery.recovered(world.simDisk.current().stores).then(
        () => this.open(),
        (error: unknown) => world.failed(error),
      );
    });
  }

  private afterRestore(): void {
    const before = this.restoring?.before;
    this.restoring = undefined;
    if (before !== this.world.disk()) this.world.restored();
  }
}
