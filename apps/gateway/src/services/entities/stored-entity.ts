/** storedEntity: an entity as the engine holds it, for surfaces that return its bytes; refuses one that does not exist. */
import { checkId, EngineError, idCure, type Address, type Engine } from "@signalbox/runtime";
import type { StoredEntity } from "../../contract/entities/entities.ts";
import { endpointOf } from "./endpoint-of.ts";

export async function storedEntity(engine: Pick<Engine, "entity" | "functionTypes">, address: Address): Promise<StoredEntity> {
  const entity = await engine.entity(address);
  if (entity !== undefined) return { entity, endpoint: endpointOf(engine, address.type) };
  // An entity that an older release stored under an invalid id can be read; any other invalid id is refused.
  const wrong = checkId(address.id);
  if (wrong !== undefined) throw new EngineError("INVALID_ADDRESS", wrong, idCure);
  throw new EngineError(
    "UNKNOWN_ENTITY",
    `${address.type}/${address.id} has no state, no mailbox and no history`,
    "Check the type and the id; an entity exists from its first message on.",
  );
}
