/**
 * actOnEntity: what a person does with one entity. Its mailbox may lie on disk (decision 69): what is done with the first message has the engine read it and
 * is refused as busy meanwhile, so it is asked again for a moment before anybody hears of that. Neighbours: entities-service.ts, failures/bulk-acts.ts.
 */
import { setTimeout as delay } from "node:timers/promises";
import { EngineError, type Address, type Engine, type EntityAction } from "@signalbox/runtime";

const triesMax = 6;
const betweenTriesMs = 25;

/** Rejects as engine.act does; with ENTITY_BUSY only while something else is under way with the entity. */
export async function actOnEntity(
  engine: Pick<Engine, "act">,
  address: Address,
  action: EntityAction,
): Promise<{ readonly changed: number }> {
  for (let tried = 1; ; tried++) {
    try {
      return await engine.act({ kind: "one", address }, action);
    } catch (error) {
      const isBusy = error instanceof EngineError && error.code === "ENTITY_BUSY";
      const isOfHead = action.kind === "discard-head" || action.kind === "edit-head";
      if (!isBusy || !isOfHead || tried >= triesMax) throw error;
      await delay(betweenTriesMs * tried);
    }
  }
}
