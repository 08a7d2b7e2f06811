/**
 * EntityTable: the function types that are known and their entities in memory. An entity that is not here has its state on disk only, and
 * nothing of it waits, unless its type is cold: then its mailbox may be on disk only (scheduling/cold-types.ts). residency.ts decides who
 * stays.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { Entity } from "./entity.ts";
import { FunctionTypeState, StatusTotals } from "./function-type-state.ts";
import type { RouteTable } from "./route-table.ts";

export class EntityTable {
  readonly types = new Map<string, FunctionTypeState>();
  /** Paused, parked and backing off, for the Failures page. */
  readonly troubled = new Set<Entity>();
  resident = 0;
  readonly totals = new StatusTotals();
  private readonly byType = new Map<string, Map<string, Entity>>();
  private readonly routes: RouteTable;

  constructor(routes: RouteTable) {
    this.routes = routes;
  }

  find(address: Address): Entity | undefined {
    return this.byType.get(address.type)?.get(address.id);
  }

  /** The entity of the address; from now on it is in memory. */
  get(address: Address): Entity {
    const known = this.find(address);
    return known ?? this.make(this.functionType(address.type), address.id);
  }

  /** Brings an entity into memory that is not there. */
  make(type: FunctionTypeState, id: string): Entity {
    const made = new Entity(type, id);
    let entities = this.byType.get(type.name);
    if (entities === undefined) {
      entities = new Map();
      this.byType.set(type.name, entities);
    }
    entities.set(id, made);
    type.residentEntities++;
    this.resident++;
    return made;
  }

  /** The function type of the name; from now on it is known. */
  functionType(name: string): FunctionTypeState {
    const known = this.types.get(name);
    if (known !== undefined) return known;
    const made = new FunctionTypeState(name, this.totals);
    made.bind(this.routes.endpointOf(name));
    made.limits = this.routes.limits.ofType(name);
    this.types.set(name, made);
    return made;
  }

  ofType(type: string): Iterable<Entity> {
    return this.byType.get(type)?.values() ?? [];
  }

  remove(entity: Entity): void {
    if (this.byType.get(entity.type.name)?.delete(entity.id) !== true) return;
    entity.type.residentEntities--;
    this.resident--;
  }

  /** The type must have no entity in memory. */
  removeType(type: FunctionTypeState): void {
    this.types.delete(type.name);
    this.byType.delete(type.name);
  }
}
