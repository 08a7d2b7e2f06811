/**
 * StateValues: writes and removes state values of entities, in memory (if they are loaded) and in the open epoch. Neighbours: expiration.ts
 * (how long a value lives), state-registration.ts (which values a type has).
 */
import { invariant } from "../../model/invariant.ts";
import { storeKey } from "../store/store-key.ts";
import type { StoredValue } from "../store/store-record.ts";
import type { Entity } from "../tables/entity.ts";
import type { EpochTable } from "../tables/epoch-table.ts";

const notWhileLoading = "what is read for an entity does not change meanwhile";

export class StateValues {
  private readonly epochs: EpochTable;

  constructor(epochs: EpochTable) {
    this.epochs = epochs;
  }

  put(entity: Entity, name: string, value: StoredValue): void {
    invariant(entity.status !== "loading", notWhileLoading);
    if (entity.values !== undefined) {
      entity.valuesBytes += value.bytes.length - (entity.values.get(name)?.bytes.length ?? 0);
      entity.values.set(name, value);
    }
    this.epochs.writes.put(storeKey.state(entity.keyPart, name), { kind: "state", value }, value.bytes.length + 32);
  }

  remove(entity: Entity, name: string): void {
    invariant(entity.status !== "loading", notWhileLoading);
    if (entity.values === undefined) {
      // The values are not loaded, so only the disk knows whether there is one: the row is removed in any case.
      this.epochs.writes.remove(storeKey.state(entity.keyPart, name));
      return;
    }
    const before = entity.values.get(name);
    if (before === undefined) return;
    entity.values.delete(name);
    entity.valuesBytes -= before.bytes.length;
    this.epochs.writes.remove(storeKey.state(entity.keyPart, name));
  }
}
