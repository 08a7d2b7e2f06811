/**
 * Capability: what a runtime may be able to do, with the texts that are shown. Each facet has a capability of its name; the others are
 * promises that a facet may keep. The list is closed: every runtime says yes or no to each, and a no has a reason and a cure.
 */
export const capabilityTexts = {
  messages: "take messages",
  durability: "keep what it acknowledged when its process ends",
  answers: "answer a call with what its function sends back",
  entities: "show entities and act on them",
  "current-state": "show the state of entities as it is now",
  "entity-actions": "pause, retry, edit and discard what waits for an entity, and edit its state",
  journal: "tell the history of entities and traces",
  egress: "hand out records of egresses",
  savepoints: "take savepoints and restore them",
  lifecycle: "say how it is and take modules",
  watch: "show messages as they move",
  breakpoints: "hold messages at breakpoints",
  erasure: "erase the values of entities, also from the bytes on disk",
  "every-event": "tell an observer in the gateway's thread each event",
} as const;
export type Capability = keyof typeof capabilityTexts;

export type Capable = { readonly able: true } | { readonly able: false; readonly reason: string; readonly cure: string };
export type Capabilities = Readonly<Record<Capability, Capable>>;

export const able: Capable = { able: true };

export function unable(reason: string, cure: string): Capable {
  return { able: false, reason, cure };
}
