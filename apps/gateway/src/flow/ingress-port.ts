/**
 * ingressPort: the engine's door with a name on it, so that the flow shows where messages enter (http, grpc, console, playground).
 * The engine reports an admission while `accept` runs, before it first waits; the name holds for just that long.
 */
import type { Accepted, Engine, IngressMessage, ProducerBatch } from "@signalbox/engine";
import type { FlowCollector } from "./flow-collector.ts";

export interface IngressPort {
  accept(message: IngressMessage): Promise<Accepted>;
  acceptBatch(batch: ProducerBatch): Promise<{ readonly durableSequence: number }>;
}

/** Where the collector hears under which name a message comes in. */
export type AdmissionName = Pick<FlowCollector, "admittedFrom">;

export function ingressPort(engine: Engine, collector: AdmissionName, name: string): IngressPort {
  return {
    accept(message) {
      collector.admittedFrom = name;
      try {
        return engine.accept(message);
      } finally {
        collector.admittedFrom = "api";
      }
    },
    acceptBatch(batch) {
      collector.admittedFrom = name;
      try {
        return engine.acceptBatch(batch);
      } finally {
        collector.admittedFrom = "api";
      }
    },
  };
}
