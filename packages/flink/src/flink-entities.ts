/** FlinkEntities: entities as the gateway last saw them at a call. What Flink holds of them (mailboxes, timers) is not seen, and nothing is done to them. */
import { CapabilityMissing, type Capabilities, type Entities, type EntityView } from "@signalbox/runtime";
import type { SeenEntities, SeenEntity } from "./proxy/seen-entities.ts";

export function flinkEntities(seen: SeenEntities, capabilities: Capabilities): Entities {
  const refuse = async (): Promise<never> => {
    throw new CapabilityMissing({ name: "flink", capabilities }, "entity-actions");
  };
  return {
    entities: async ({ type, prefix = "", cursor, limit }) => {
      const page = seen.page({ type, prefix, after: cursor, limit: limit + 1 });
      const items = page.slice(0, limit).map(({ address }) => ({ address, status: "idle" as const, mailboxDepth: 0 }));
      return { items, cursor: page.length > limit ? items.at(-1)?.address.id : undefined };
    },
    troubledEntities: async () => [],
    entity: async (address) => {
      const found = seen.entity(address);
      return found === undefined ? undefined : viewOf(found, seen);
    },
    act: refuse,
    editState: refuse,
  };
}

function viewOf({ address, values, atMs }: SeenEntity, seen: SeenEntities): EntityView {
  const specs = seen.specsOf(address.type);
  const names = new Set([...specs.map(({ name }) => name), ...values.keys()]);
  return {
    address,
    status: "idle",
    mailboxDepth: 0,
    state: [...names].toSorted().map((name) => ({
      name,
      value: values.get(name),
      spec: specs.find((spec) => spec.name === name),
      // When the call ended after which it was so.
      writtenMs: atMs,
      expiresMs: undefined,
    })),
    mailbox: [],
    failure: undefined,
    attempts: 0,
    sinceMs: undefined,
    retryAtMs: undefined,
    waitReason: undefined,
  };
}
