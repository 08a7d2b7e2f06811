/**
 * An idle engine for tests of what is built beside it: status and lists are empty, and every other call is a mistake of the test.
 */
import type { Engine, EngineStatus } from "@signalbox/runtime";

const status: EngineStatus = {
  health: { kind: "running" },
  epoch: 7,
  durableEpoch: 6,
  lastDurableMs: 0,
  waitingMessages: 0,
  waitingBytes: 0,
  inFlight: 0,
  parkedEntities: 0,
  parkedMessages: 0,
  pausedEntities: 0,
  backingOffEntities: 0,
  delayedMessages: 0,
  residentEntities: 0,
  bindings: { endpoints: [], egresses: [] },
};

function unexpected(): never {
  throw new Error("this test does not expect the engine to be called");
}

export function quietEngine(parts: Partial<Engine> = {}): Engine {
  return {
    status: () => status,
    functionTypes: () => [],
    endpoints: () => [],
    limits: () => [],
    egresses: () => [],
    troubledEntities: async () => [],
    accept: unexpected,
    acceptBatch: unexpected,
    answer: unexpected,
    call: unexpected,
    producerSequence: unexpected,
    producerPosition: unexpected,
    onChange: () => () => undefined,
    applyBindings: unexpected,
    entities: unexpected,
    entityViews: unexpected,
    entity: unexpected,
    act: unexpected,
    editState: unexpected,
    history: unexpected,
    stateAsOf: unexpected,
    blame: unexpected,
    traces: async () => ({ items: [], cursor: undefined }),
    journal: unexpected,
    journalOutlines: unexpected,
    trace: unexpected,
    egressRecords: unexpected,
    egressAcknowledge: unexpected,
    takeSavepoint: unexpected,
    checkSavepoint: unexpected,
    restoreSavepoint: unexpected,
    waitingOfTrace: async () => ({ messages: [], looked: 0, complete: true }),
    ownerOf: async () => undefined,
    eras: () => [],
    nextSequence: () => 1,
    journalReach: async () => undefined,
    journalStreams: async () => [],
    settled: unexpected,
    observe: unexpected,
    watchTrace: async () => undefined,
    setBreakpoint: unexpected,
    releaseBreakpoint: unexpected,
    breakpoints: () => [],
    stepHeld: unexpected,
    heldEntities: async () => [],
    erase: unexpected,
    countErasable: unexpected,
    eraseInSavepoint: unexpected,
    stop: unexpected,
    ...parts,
  };
}
