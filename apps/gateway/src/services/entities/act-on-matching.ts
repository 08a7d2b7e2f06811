/** actOnMatching: one entity's part of an act on many. Neighbours: failures/bulk-acts.ts goes through them. */
import type { Address, Engine, EntityAction } from "@signalbox/runtime";
import type { MatchingAction } from "../../contract/entities/entity-rows.ts";

const actions: Readonly<Record<Exclude<MatchingAction, "clear-state">, EntityAction>> = {
  retry: { kind: "retry" },
  pause: { kind: "pause" },
  resume: { kind: "resume" },
  discard: { kind: "discard-head" },
};

/** Rejects with the engine's error when the entity's status does not allow the act. */
export async function actOnMatching(
  engine: Pick<Engine, "act" | "entity" | "editState">,
  address: Address,
  action: MatchingAction,
): Promise<void> {
  if (action !== "clear-state") {
    await engine.act({ kind: "one", address }, actions[action]);
    return;
  }
  const held = (await engine.entity(address))?.state.filter(({ value }) => value !== undefined) ?? [];
  if (held.length > 0)
    await engine.editState(
      address,
      held.map(({ name }) => ({ name, value: undefined })),
    );
}
