/**
 * Trace: what happened in a simulated world, as a running hash (the same seed must give the same one) and the last lines for a report.
 * SimulationFailure is the only error by which an oracle reports; world.ts adds the seed and the command that repeats it.
 */
import { createHash } from "node:crypto";
import type { FaultName } from "./faults.ts";

const linesKept = 60;

export class SimulationFailure extends Error {
  /** The faults that struck before it; empty until the world has added what it knows. */
  readonly faults: readonly FaultName[];

  constructor(message: string, faults: readonly FaultName[] = []) {
    super(message);
    this.name = "SimulationFailure";
    this.faults = faults;
  }
}

export function must(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new SimulationFailure(message());
}

export class Trace {
  private readonly hash = createHash("sha256");
  private readonly lines: string[] = [];
  /** Text that is not hashed yet: a hash takes long texts much faster than many short ones. */
  private unhashed = "";

  note(atMs: number, text: string): void {
    const line = `${atMs} ${text}`;
    this.unhashed += `${line}\n`;
    this.lines.push(line);
    if (this.lines.length <= linesKept * 2) return;
    this.lines.splice(0, linesKept);
    this.hash.update(this.unhashed);
    this.unhashed = "";
  }

  /** Ends the trace. */
  digest(): string {
    return this.hash.update(this.unhashed).digest("hex");
  }

  last(): string[] {
    return this.lines.slice(-linesKept);
  }
}
