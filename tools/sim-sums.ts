/**
 * SimSums: what many simulated worlds did in sum: numbers, faults that struck, coverage marks that were hit, and what never happened.
 */
import { faultNames, coverageMarks, type FaultName, type CoverageMark, type WorldStats } from "@signalbox/engine/testing";

export interface WorldSums {
  readonly stats: Readonly<WorldStats>;
  readonly faults: readonly (readonly [FaultName, number])[];
  readonly marks: readonly (readonly [CoverageMark, number])[];
}

export class SimSums {
  passed = 0;
  failed = 0;
  private readonly stats = new Map<string, number>();
  private readonly faults = new Map<string, number>();
  private readonly marks = new Map<string, number>();

  add(world: WorldSums): void {
    this.passed++;
    addAll(this.stats, Object.entries(world.stats));
    addAll(this.faults, world.faults);
    addAll(this.marks, world.marks);
  }

  print(): void {
    console.log(`numbers: ${listed(this.stats, [...this.stats.keys()])}`);
    console.log(`faults: ${listed(this.faults, faultNames)}`);
    console.log(`marks: ${listed(this.marks, coverageMarks)}`);
  }

  /** Lists the branches, faults and events that no world reached. */
  neverHit(): string[] {
    return [
      ...coverageMarks.filter((name) => !this.marks.has(name)).map((name) => `mark ${name}`),
      ...faultNames.filter((name) => !this.faults.has(name)).map((name) => `fault ${name}`),
      ...[...this.stats].filter(([, sum]) => sum === 0).map(([name]) => name),
    ];
  }
}

function addAll(sums: Map<string, number>, entries: readonly (readonly [string, number])[]): void {
  for (const [name, count] of entries) sums.set(name, (sums.get(name) ?? 0) + count);
}

function listed(sums: ReadonlyMap<string, number>, names: readonly string[]): string {
  return names.map((name) => `${name} ${sums.get(name) ?? 0}`).join(", ");
}
