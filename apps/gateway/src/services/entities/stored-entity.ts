/** storedEntity: an entity as the engine holds it, for the surfaces that give its bytes; refuses what is not there. */
import { checkId, EngineError, idCure, type Address, type Engine } from "@signalbox/runtime";
import type { StoredEntity } from "../../contract/entities.ts";
import { endpointOf } from "./endpoint-of.ts";

export async function storedEntity(engine: Pick<Engine, "entity" | "functionTypes">, address: Address): Promise<StoredEntity> {
  const entity = await engine.entity(address);
  if (entity !== undefined) return { entity, endpoint: endpointOf(engine, address.type) };
  // What an older release has stored under such an id can be read; nothing else can be there.
  const wrong = checkId(address.id);
  if (wrong !== undefined) throw new EngineError("INVALID_ADDRESS", wrong, idCure);
  throw new EngineError(
    "UNKNOWN_ENTITY",
    `${address.type}/${address.id} has no state, no mailbox and no history`,
    "Check the type and the id; an entity exists from its first message on.",
  );
}
