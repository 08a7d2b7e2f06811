/**
 * Engine: the public face: all facets of the Runtime port (packages/runtime) in one object. The gateway talks to this and nothing below it;
 * runtime/ implements it over core/ and ports/. Every promise that reports a change resolves only after the epoch that holds it was synced
 * (G3).
 */
import type { Engine as EveryFacet } from "@signalbox/runtime";

export type {
  Accepted,
  AnswerOptions,
  Called,
  CallMessage,
  CheckOptions,
  EntityAction,
  EntitySelection,
  IngressMessage,
  EngineChange,
  ProducerBatch,
  ProducerPosition,
  RestoreOptions,
  SavepointErasure,
  SavepointOptions,
  SavepointSummary,
} from "@signalbox/runtime";

/** It has no `observe`: the observer is given at the start (ports/observer.ts), and open-runtime.ts makes the facet of it. */
export type Engine = Omit<EveryFacet, "observe">;
