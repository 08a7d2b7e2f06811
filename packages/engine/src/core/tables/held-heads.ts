/**
 * HeldHeads: what operators want to do with the first message of an entity that waits for a person, while that message is read from disk.
 * scheduling/held-actions.ts decides; this is its memory. Guarantee: acts on one entity are done in the order in which they came.
 */
import type { Command } from "../command.ts";
import type { Entity } from "./entity.ts";

type OperatorActionCommand = Extract<Command, { kind: "operator-action" }>;

export class HeldHeads {
  private readonly byEntity = new Map<Entity, OperatorActionCommand[]>();

  entities(): Iterable<Entity> {
    return this.byEntity.keys();
  }

  has(entity: Entity): boolean {
    return this.byEntity.has(entity);
  }

  hold(entity: Entity, command: OperatorActionCommand): void {
    const held = this.byEntity.get(entity);
    if (held === undefined) this.byEntity.set(entity, [command]);
    else held.push(command);
  }

  take(entity: Entity): readonly OperatorActionCommand[] {
    const held = this.byEntity.get(entity) ?? [];
    this.byEntity.delete(entity);
    return held;
  }
}
