/** ingressPort: the engine's door with a name on it, so that the flow shows where messages enter (http, grpc, console, playground). */
import type { Accepted, Engine, IngressMessage, ProducerBatch } from "@signalbox/runtime";

export interface IngressPort {
  accept(message: IngressMessage): Promise<Accepted>;
  acceptBatch(batch: ProducerBatch): Promise<{ readonly durableSequence: number }>;
}

export function ingressPort(engine: Pick<Engine, "accept" | "acceptBatch">, name: string): IngressPort {
  return {
    accept: (message) => engine.accept(message, name),
    acceptBatch: (batch) => engine.acceptBatch(batch, name),
  };
}
