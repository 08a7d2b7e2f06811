/**
 * ingressPort: the engine's door with a name on it, so that the flow shows where messages enter (http, grpc, console, playground).
 * The engine reports an admission while `accept` runs, before it first waits; the name holds for just that long.
 */
import type { Accepted, Engine, IngressMessage, ProducerBatch } from "@signalbox/engine";
import type { LiveFlow } from "./live-flow.ts";

export interface IngressPort {
  accept(message: IngressMessage): Promise<Accepted>;
  acceptBatch(batch: ProducerBatch): Promise<{ readonly durableSequence: number }>;
}

export function ingressPort(engine: Engine, flow: LiveFlow, name: string): IngressPort {
  return {
    accept(message) {
      flow.admittedFrom = name;
      try {
        return engine.accept(message);
      } finally {
        flow.admittedFrom = "api";
      }
    },
    acceptBatch(batch) {
      flow.admittedFrom = name;
      try {
        return engine.acceptBatch(batch);
      } finally {
        flow.admittedFrom = "api";
      }
    },
  };
}
