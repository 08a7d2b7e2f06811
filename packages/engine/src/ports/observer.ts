/**
 * Observer: what the engine tells its surroundings as it works. Calls are synchronous and must be cheap; an observer that throws is a
 * bug of the gateway, not of the engine.
 */
import type { EngineEvent } from "../model/engine-event.ts";

export interface Observer {
  on(event: EngineEvent): void;
}
