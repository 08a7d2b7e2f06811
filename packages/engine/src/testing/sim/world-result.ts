/** WorldResult: what a world did, in numbers, and what a caller may change about it. */
import type { CoverageMark } from "../../core/coverage-mark.ts";
import type { EngineLimits } from "../../limits.ts";
import type { LimitSpec } from "@signalbox/runtime/model/limit-spec";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import type { StoreHome } from "../../ports/store-home.ts";
import type { Store } from "../../ports/store.ts";
import type { FaultName } from "./faults.ts";

export interface WorldStats {
  steps: number;
  virtualMs: number;
  messages: number;
  invocations: number;
  failedAttempts: number;
  parked: number;
  breakersOpened: number;
  lives: number;
  crashes: number;
  crashesWhileOpening: number;
  crashesWhileRestoring: number;
  /** Batches that were being written at a crash: those that are on disk, whole, and those that are gone. */
  batchesKeptAtCrash: number;
  batchesLostAtCrash: number;
  stops: number;
  restores: number;
  egressDeliveries: number;
  livingValuesSent: number;
  actsConfirmed: number;
  /** Acts that named a message which was not first any more. */
  movedRefused: number;
  repeatsChecked: number;
  answersChecked: number;
  limitsChecked: number;
  /** Requests that were sent past a breakpoint, each by a step. */
  breakpointsChecked: number;
  watchesChecked: number;
  breakersChecked: number;
  recoveriesCompared: number;
  pastMomentsChecked: number;
  pastMomentsKnown: number;
  pastMessagesKnown: number;
  /** How many of those came from epochs that were sealed while the waiting messages were still being counted. */
  recoveriesOfCold: number;
  restoresCompared: number;
}

export interface WorldResult {
  readonly seed: string;
  readonly traceHash: string;
  readonly stats: Readonly<WorldStats>;
  readonly faults: ReadonlyMap<FaultName, number>;
  readonly marks: ReadonlyMap<CoverageMark, number>;
}

/** What a caller may change: limits that are set for certain, faults that are switched off, and ports that break the rules (mutants.ts). */
export interface Mutations {
  readonly limits?: Partial<EngineLimits>;
  readonly faultsOff?: ReadonlySet<FaultName>;
  /** Used instead of what the seed draws. */
  readonly partitions?: number;
  /** Fewer messages than the seed draws. */
  readonly messagesMax?: number;
  /** Limits of the modules at the start, instead of what the seed draws. */
  readonly limitsOfModules?: readonly LimitSpec[];
  readonly wrapStore?: (store: Store) => Store;
  readonly wrapTransport?: (transport: FunctionTransport) => FunctionTransport;
  readonly wrapHome?: (home: StoreHome) => StoreHome;
}

export function noStats(): WorldStats {
  return {
    steps: 0,
    virtualMs: 0,
    messages: 0,
    invocations: 0,
    failedAttempts: 0,
    parked: 0,
    breakersOpened: 0,
    lives: 0,
    crashes: 0,
    crashesWhileOpening: 0,
    crashesWhileRestoring: 0,
    batchesKeptAtCrash: 0,
    batchesLostAtCrash: 0,
    stops: 0,
    restores: 0,
    egressDeliveries: 0,
    livingValuesSent: 0,
    actsConfirmed: 0,
    movedRefused: 0,
    repeatsChecked: 0,
    answersChecked: 0,
    limitsChecked: 0,
    breakpointsChecked: 0,
    watchesChecked: 0,
    breakersChecked: 0,
    recoveriesCompared: 0,
    pastMomentsChecked: 0,
    pastMomentsKnown: 0,
    pastMessagesKnown: 0,
    recoveriesOfCold: 0,
    restoresCompared: 0,
  };
}
