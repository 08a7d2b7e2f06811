/**
 * ReadyLanes: ready entities of a type that is limited by key. Each key has a lane and the lanes take turns, so that a key with a hundred
 * thousand messages delays the first one of another key by one batch at most. A lane that its limit holds stands aside until it is let go.
 * Its users see a Fifo (ready-table.ts); scheduling/limits.ts decides who is held.
 */
import { Fifo } from "../../model/collections/fifo.ts";
import type { Entity } from "./entity.ts";
import type { LimitScope } from "./limit-scope.ts";

interface Lane {
  readonly scope: LimitScope | undefined;
  readonly entities: Fifo<Entity>;
  held: boolean;
}

export interface LaneRules {
  /** Returning false holds the lane of the scope until `release`. */
  readonly mayTake: (scope: LimitScope) => boolean;
  /** Returns true when the entity counts in another scope from now on. */
  readonly moves: (entity: Entity) => boolean;
}

export class ReadyLanes {
  /** How many may be taken; entities in held lanes are not counted. */
  size = 0;
  private readonly rules: LaneRules;
  private readonly lanes = new Map<LimitScope | undefined, Lane>();
  private readonly turns = new Fifo<Lane>();

  constructor(rules: LaneRules) {
    this.rules = rules;
  }

  push(entity: Entity): void {
    const { lane, isNew } = this.laneOf(entity);
    lane.entities.push(entity);
    if (!lane.held) this.size++;
    if (isNew) this.turns.push(lane);
  }

  /** Puts back an entity that was just taken, before the others of its key. */
  unshift(entity: Entity): void {
    const { lane, isNew } = this.laneOf(entity);
    lane.entities.unshift(entity);
    if (!lane.held) this.size++;
    if (isNew) this.turns.unshift(lane);
  }

  shift(): Entity | undefined {
    for (let lane = this.turns.shift(); lane !== undefined; lane = this.turns.shift()) {
      const entity = lane.entities.shift();
      if (entity === undefined) continue;
      if (entity.status === "ready" && this.rules.moves(entity)) this.push(entity);
      // It moves to the lane of the scope that it counts in now.
      if (entity.scope !== lane.scope) {
        this.size--;
        this.goOn(lane, "keeps-its-turn");
        continue;
      }
      // An entity that is no longer ready is skipped without asking its limit.
      if (lane.scope !== undefined && entity.status === "ready" && !this.rules.mayTake(lane.scope)) {
        lane.entities.unshift(entity);
        this.size -= lane.entities.size;
        lane.held = true;
        continue;
      }
      this.size--;
      this.goOn(lane, entity.status === "ready" ? "had-its-turn" : "keeps-its-turn");
      return entity;
    }
    return undefined;
  }

  release(scope: LimitScope): void {
    const lane = this.lanes.get(scope);
    if (lane === undefined || !lane.held) return;
    lane.held = false;
    this.size += lane.entities.size;
    this.turns.push(lane);
  }

  isHeld(scope: LimitScope): boolean {
    return this.lanes.get(scope)?.held === true;
  }

  /** How many entities of one key there are, held or not. */
  sizeOf(scope: LimitScope): number {
    return this.lanes.get(scope)?.entities.size ?? 0;
  }

  /** All entities, also those in held lanes. */
  *[Symbol.iterator](): Generator<Entity> {
    for (const lane of this.lanes.values()) yield* lane.entities;
  }

  /** How many may be taken before the entity: those of its key before it, and of each other key as many. */
  ahead(entity: Entity): number {
    let before = 0;
    for (const other of this.lanes.get(entity.scope)?.entities ?? []) {
      if (other === entity) break;
      before++;
    }
    let ahead = before;
    for (const lane of this.lanes.values()) if (!lane.held && lane.scope !== entity.scope) ahead += Math.min(before, lane.entities.size);
    return ahead;
  }

  private goOn(lane: Lane, turn: "had-its-turn" | "keeps-its-turn"): void {
    if (lane.entities.size === 0) this.lanes.delete(lane.scope);
    else if (turn === "had-its-turn") this.turns.push(lane);
    else this.turns.unshift(lane);
  }

  private laneOf(entity: Entity): { readonly lane: Lane; readonly isNew: boolean } {
    const { scope } = entity;
    const known = this.lanes.get(scope);
    if (known !== undefined) return { lane: known, isNew: false };
    const made: Lane = { scope, entities: new Fifo(), held: false };
    this.lanes.set(scope, made);
    return { lane: made, isNew: true };
  }
}
