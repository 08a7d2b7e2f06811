/**
 * FlinkEntities: entities as the gateway last saw them at a call. What Flink holds of them (mailboxes, timers) is not visible, and no
 * action on them is possible.
 */
import { CapabilityMissing, type Capabilities, type Entities, type EntityQuery, type EntityView, type Page } from "@signalbox/runtime";
import type { SeenEntities, SeenEntity } from "./proxy/seen-entities.ts";

export function flinkEntities(seen: SeenEntities, capabilities: Capabilities): Entities {
  const refuse = async (): Promise<never> => {
    throw new CapabilityMissing({ name: "flink", capabilities }, "entity-actions");
  };
  const pageOf = ({ type, prefix = "", cursor, limit }: EntityQuery): Page<SeenEntity> => {
    const found = seen.page({ type, prefix, after: cursor, limit: limit + 1 });
    const items = found.slice(0, limit);
    return { items, cursor: found.length > limit ? items.at(-1)?.address.id : undefined };
  };
  return {
    entities: async (query) => {
      const { items, cursor } = pageOf(query);
      return { items: items.map(({ address }) => ({ address, status: "idle" as const, mailboxDepth: 0 })), cursor };
    },
    entityViews: async (query) => {
      const { items, cursor } = pageOf(query);
      return { items: items.map((one) => viewOf(one, seen)), cursor };
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
      // When the call after which it was so ended.
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
