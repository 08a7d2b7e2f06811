/**
 * BadFunctions: messages whose function always throws, messages that end its process, and what they may do to others. Holds what one world
 * knows of them; late in the calm they are mended, so that everything comes to rest. Neighbours: workload.ts (draws them), sim-transport.ts
 * (carries them out), fairness-oracle.ts (what good entities may expect).
 */
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { decodeEnvelope } from "../oracles/interpreter.ts";
import { must } from "./trace.ts";
import type { Program } from "./workload.ts";

export type BadManner = "throws" | "kills";

export function mannerOf(program: Program): BadManner | undefined {
  if (program.kind === "thrower") return "throws";
  return program.kind === "killer" ? "kills" : undefined;
}

export interface BadWorld {
  /** Whether a death is one that the engine counts against the entity. */
  readonly isCharged: (address: Address) => boolean;
  readonly deathsMax: number;
}

export class BadFunctions {
  isMended = false;
  /** Messages of either kind that were drawn. */
  throwers = 0;
  killers = 0;
  deaths = 0;
  private readonly world: BadWorld;
  /** Whether it caused the last cut of its connection itself. */
  private readonly ownDeath = new Map<string, boolean>();
  /** Deaths since it was last parked, or since the world began to count anew. */
  private readonly streaks = new Map<string, number>();

  constructor(world: BadWorld) {
    this.world = world;
  }

  count(programs: Iterable<Program>): void {
    for (const program of programs) {
      if (program.kind === "thrower") this.throwers++;
      else if (program.kind === "killer") this.killers++;
    }
  }

  /** The worst kind among a request's messages. */
  mannerOf(request: InvocationRequest): BadManner | undefined {
    if (this.isMended) return undefined;
    const manners = request.inputs.map(({ value }) => mannerOf(decodeEnvelope(value).program));
    return manners.includes("kills") ? "kills" : manners.find((manner) => manner !== undefined);
  }

  cut(address: Address, isOwn: boolean): void {
    this.ownDeath.set(formatAddress(address), isOwn);
  }

  /** One of its messages ended the process. */
  killed(address: Address): void {
    const name = formatAddress(address);
    this.deaths++;
    if (!this.world.isCharged(address)) return;
    const deaths = (this.streaks.get(name) ?? 0) + 1;
    this.streaks.set(name, deaths);
    const { deathsMax } = this.world;
    must(deaths <= deathsMax, () => `G7: a message of ${name} has killed its process ${deaths} times and is not parked`);
  }

  parked(address: Address, code: string, isOnlyPartition: boolean): void {
    const name = formatAddress(address);
    this.streaks.delete(name);
    // It is tried alone, as far as one partition can tell.
    if (code !== "PROCESS_KILLER" || !isOnlyPartition) return;
    must(this.ownDeath.get(name) === true, () => `G7: ${name} is parked for a death of the process that was not its doing`);
  }

  countAnew(): void {
    this.streaks.clear();
  }
}
