/**
 * HeadActs: a person discards or edits the first message of an entity. `ifMessage` names the message that they looked at; an edit keeps its
 * number, so `ifVersion` names the value that they looked at too. Neighbours: edit-state.ts does the same for state values, state-version.ts
 * makes the version. Guarantee: with a version, a value that another person has written meanwhile is neither replaced nor discarded: only
 * these acts change the value of a message that waits, and they go one after the other.
 */
import { EngineError, formatAddress, type Address, type EntityAction } from "@signalbox/runtime";
import { stateVersion } from "../../views/state-version.ts";
import type { ServiceParts } from "../service-parts.ts";

type HeadAction = Extract<EntityAction, { kind: "discard-head" | "edit-head" }>;

export interface HeadAct {
  readonly address: Address;
  readonly action: HeadAction;
  readonly ifVersion: string | undefined;
}

type Parts = Pick<ServiceParts, "engine" | "headsInTurn">;

export function actOnHead({ engine, headsInTurn }: Parts, { address, action, ifVersion }: HeadAct): Promise<{ changed: number }> {
  return headsInTurn(async () => {
    if (ifVersion === undefined) return engine.act({ kind: "one", address }, action);
    const head = (await engine.entity(address))?.mailbox[0];
    const ifSequence = action.ifSequence ?? head?.sequence;
    // Where no message is first, or not the one that was named, the engine says so.
    if (head?.sequence === ifSequence && head !== undefined && stateVersion(head.value) !== ifVersion) throw edited(address, head.sequence);
    // The message whose value was compared is the one that is meant, also when another one becomes the first in between.
    return engine.act({ kind: "one", address }, { ...action, ifSequence });
  });
}

function edited(address: Address, sequence: number): EngineError {
  return new EngineError(
    "MESSAGE_MOVED",
    `message ${sequence}, the first one of ${formatAddress(address)}, has another value than the one that was looked at; nothing was done`,
    "Look at its value and `version` now. Without ifVersion the action takes it as it is.",
  );
}
