/**
 * Faults: which faults a world has, drawn by its seed. As in swarm testing, each rate is zero in half of the worlds, so that every mix of
 * faults occurs, also "only this one". `calm()` ends them all; what is not whole then never will be, and the world reports it.
 * Each fault has draws of its own, so that switching one off leaves the others as they were, as far as the world goes on alike.
 */
import type { Prng } from "../prng.ts";

/** Each number is the highest rate, in 1000 of the occasions, that a seed may draw. */
const ceilings = {
  // Faults of the store.
  storeWriteFails: 200,
  /** The batch is on disk and its writer is told that it failed. */
  storeWriteUnsure: 60,
  storeWriteSlow: 300,
  storeScanSlow: 400,
  storeReadFails: 3,
  storeHomeFails: 150,
  adoptFails: 300,
  /** The adoption takes effect at once, and its caller learns of it much later. */
  adoptSlow: 300,
  savepointWriteFails: 30,
  savepointReadFails: 150,
  crashAfterWrite: 40,
  crashWhileOpening: 300,
  /** The crash comes with a good chance while the waiting messages are still being counted. */
  crashAfterOpening: 200,
  /** The crash comes before any event. */
  crashAnywhere: 3,
  // Faults between partitions.
  parcelsSlow: 300,
  parcelsLost: 100,
  /** The messages arrived, and their sender does not learn of it. */
  parcelsUnheard: 100,
  // Faults of the transport.
  refused: 150,
  serverError: 150,
  overloaded: 100,
  malformed: 100,
  /** The function says that it will never take the message, or not yet. */
  rejected: 40,
  askedLater: 60,
  oversized: 40,
  /** Other replies hold the memory that this one needs. */
  replyUnheld: 60,
  /** The reply holds memory until its effects are durable. */
  replyLarge: 120,
  /** The connection is cut in the middle of the reply, or after it, together with bytes that should not be there. */
  replyCut: 60,
  /** The reply is well-formed and must be refused as a whole. */
  wrongReply: 80,
  asksForMore: 120,
  requestLost: 60,
  replyLost: 80,
  replyLate: 60,
  neverEnds: 30,
  functionCrashes: 100,
  /** Everything in flight at the endpoint ends with its process, and nothing answers for a while. */
  processDies: 30,
  duplicated: 150,
  callSlow: 300,
  /** Of the worlds that frame at all, most frame whatever they can (sim-transport.ts). */
  framed: 1_000,
  /** The cut comes in the middle of a part of the reply. */
  frameCut: 700,
  partTwice: 300,
  // Faults of the clock.
  alarmLate: 100,
  // Faults of egress consumers.
  consumerRepeats: 400,
  consumerStalls: 300,
  consumerRefuses: 300,
  // Faults of clients.
  clientRepeats: 200,
  badInput: 200,
  /** A message that is sent again under its key has another value this time. */
  keyReused: 300,
  // What people and deployments do, on each turn of the operator.
  outage: 100,
  storeFull: 60,
  bindingsChange: 200,
  pause: 250,
  resume: 500,
  clockJump: 60,
  clockBack: 30,
  clockStep: 60,
  discardHead: 600,
  editHead: 200,
  /** Somebody acts on a message that was first when they looked, and is no more. */
  headMoved: 1_000,
  editState: 300,
  actOnBusy: 200,
  retryEarly: 200,
  retryAll: 100,
  breakpoint: 500,
  breakpointStep: 900,
  breakpointRelease: 200,
  watchTrace: 500,
  savepoint: 100,
  stopDuringRestore: 200,
  crash: 150,
} as const;

export type FaultName = keyof typeof ceilings;
export const faultNames = Object.keys(ceilings).filter((name): name is FaultName => name in ceilings);

export class Swarm<Name extends string> {
  readonly rng: Prng;
  readonly rates = new Map<Name, number>();
  readonly hits = new Map<Name, number>();
  private readonly draws = new Map<Name, Prng>();
  private readonly names: readonly Name[];
  private over = false;

  /** `most` holds, for each name, the highest rate in 1000 that a seed may draw. */
  constructor(names: readonly Name[], most: Readonly<Record<Name, number>>, { rng, off }: { rng: Prng; off: ReadonlySet<Name> }) {
    this.names = names;
    this.rng = rng.fork("sizes");
    for (const name of names) {
      const draw = rng.fork(name);
      const wanted = draw.chance(500) && !off.has(name);
      this.rates.set(name, wanted ? draw.between(1, most[name]) : 0);
      this.draws.set(name, draw);
    }
  }

  hit(name: Name): boolean {
    const rate = this.rates.get(name) ?? 0;
    if (this.over || rate === 0 || this.draws.get(name)?.chance(rate) !== true) return false;
    this.hits.set(name, (this.hits.get(name) ?? 0) + 1);
    return true;
  }

  get isCalm(): boolean {
    return this.over;
  }

  calm(): void {
    this.over = true;
  }

  /** For a report: only the faults that can happen in this world. */
  describe(): string {
    return this.names
      .flatMap((name) => ((this.rates.get(name) ?? 0) === 0 ? [] : [`${name} ${this.rates.get(name)}/1000 (${this.hits.get(name) ?? 0}×)`]))
      .join(", ");
  }
}

export class Faults extends Swarm<FaultName> {
  constructor(rng: Prng, off: ReadonlySet<FaultName> = new Set()) {
    super(faultNames, ceilings, { rng, off });
  }
}
