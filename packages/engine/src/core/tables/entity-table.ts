/**
 * EntityTable: the function types that are known and their entities in memory. An entity that is not here has its state and its mailbox on
 * disk only, and nothing of it waits. residency.ts decides who stays.
 */
import type { Address } from "../../model/address.ts";
import { Entity } from "./entity.ts";
import { FunctionTypeState } from "./function-type-state.ts";
import type { RouteTable } from "./route-table.ts";

export class EntityTable {
  readonly types = new Map<string, FunctionTypeState>();
  /** Paused, parked and backing off, for the Failures page. */
  readonly troubled = new Set<Entity>();
  resident = 0;
  private readonly byType = new Map<string, Map<string, Entity>>();
  private readonly routes: RouteTable;

  constructor(routes: RouteTable) {
    this.routes = routes;
  }

  find(address: Address): Entity | undefined {
    return this.byType.get(address.type)?.get(address.id);
  }

  /** In memory from now on. */
  get(address: Address): Entity {
    const known = this.find(address);
    if (known !== undefined) return known;
    const type = this.functionType(address.type);
    const made = new Entity(type, address.id);
    let entities = this.byType.get(address.type);
    if (entities === undefined) {
      entities = new Map();
      this.byType.set(address.type, entities);
    }
    entities.set(address.id, made);
    type.residentEntities++;
    this.resident++;
    return made;
  }

  /** Known from now on. */
  functionType(name: string): FunctionTypeState {
    const known = this.types.get(name);
    if (known !== undefined) return known;
    const made = new FunctionTypeState(name, []);
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

  /** One that none of the entities in memory is of. */
  removeType(type: FunctionTypeState): void {
    this.types.delete(type.name);
    this.byType.delete(type.name);
  }
}
