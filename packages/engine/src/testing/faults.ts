/**
 * Faults: which misfortunes a world has, drawn by its seed. Swarm: each rate is zero in half of the worlds, so that every mix of faults
 * occurs, also "only this one". `calm()` ends them all; what is not whole then never will be, and the world says so.
 */
import type { Prng } from "./prng.ts";

/** In 1000 of the occasions; the number is the highest rate that a seed may draw. */
const ceilings = {
  // The store.
  storeWriteFails: 200,
  storeWriteSlow: 300,
  storeScanSlow: 400,
  storeReadFails: 3,
  crashAfterWrite: 40,
  crashWhileOpening: 300,
  /** Before any event. */
  crashAnywhere: 3,
  // The transport.
  refused: 150,
  serverError: 150,
  overloaded: 100,
  malformed: 100,
  requestLost: 60,
  replyLost: 80,
  replyLate: 60,
  neverEnds: 30,
  functionCrashes: 100,
  duplicated: 150,
  callSlow: 300,
  // The clock.
  alarmLate: 100,
  // Egress consumers.
  consumerRepeats: 400,
  consumerStalls: 300,
  // Clients.
  clientRepeats: 200,
  // What people and deployments do, on each turn of the operator.
  outage: 100,
  bindingsChange: 200,
  pause: 250,
  resume: 500,
  clockJump: 60,
  savepoint: 100,
  crash: 150,
} as const;

export type FaultName = keyof typeof ceilings;
export const faultNames = Object.keys(ceilings).filter((name): name is FaultName => name in ceilings);

export class Faults {
  readonly rng: Prng;
  readonly rates = new Map<FaultName, number>();
  readonly hits = new Map<FaultName, number>();
  private over = false;

  constructor(rng: Prng) {
    const draw = rng.fork("rates");
    this.rng = rng.fork("hits");
    for (const name of faultNames) {
      const wanted = draw.chance(500);
      const rate = draw.between(1, ceilings[name]);
      this.rates.set(name, wanted ? rate : 0);
    }
  }

  hit(name: FaultName): boolean {
    const struck = this.rng.chance(this.rates.get(name) ?? 0) && !this.over;
    if (struck) this.hits.set(name, (this.hits.get(name) ?? 0) + 1);
    return struck;
  }

  get isCalm(): boolean {
    return this.over;
  }

  calm(): void {
    this.over = true;
  }

  /** For a report: only what can happen in this world. */
  describe(): string {
    return faultNames
      .flatMap((name) => ((this.rates.get(name) ?? 0) === 0 ? [] : [`${name} ${this.rates.get(name)}/1000 (${this.hits.get(name) ?? 0}×)`]))
      .join(", ");
  }
}
