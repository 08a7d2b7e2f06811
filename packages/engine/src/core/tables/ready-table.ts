/**
 * ReadyTable: the entities that are ready, in queues by type, and the types that have some, in a round by endpoint. Who may run next is
 * decided in scheduling/ready-queue.ts; this is its memory.
 */
import { Fifo } from "../../model/collections/fifo.ts";
import { LinkedSet, Links } from "../../model/collections/linked-set.ts";
import type { EndpointState } from "./endpoint-state.ts";
import type { Entity } from "./entity.ts";
import type { FunctionTypeState } from "./function-type-state.ts";
import type { LimitScope } from "./limit-scope.ts";
import type { TypeLimits } from "./limit-table.ts";
import { ReadyLanes } from "./ready-lanes.ts";

/** The ready entities of one type leave in the order in which they became ready; where a limit counts by key, its keys take turns. */
export class TypeQueue {
  readonly type: FunctionTypeState;
  ready: Fifo<Entity> | ReadyLanes = new Fifo<Entity>();
  /** Ready entities that are suspected of killing the function's process: these are tried apart from the others (failure/trial.ts). */
  suspects: Fifo<Entity> | ReadyLanes = new Fifo<Entity>();
  /** The limits that its queues were made for (scheduling/limit-holds.ts). */
  limits: TypeLimits | undefined = undefined;
  /** Whether the next probe is a suspect's turn. */
  probesSuspect = false;
  /** Whether the type is in the endpoint's round of types with ready entities. */
  inRound = false;

  constructor(type: FunctionTypeState) {
    this.type = type;
  }

  get hasReady(): boolean {
    return this.ready.size > 0 || this.suspects.size > 0;
  }

  /** Called when the limit of the scope has room, or may have. */
  release(scope: LimitScope): void {
    if (this.ready instanceof ReadyLanes) this.ready.release(scope);
    if (this.suspects instanceof ReadyLanes) this.suspects.release(scope);
  }
}

export class EndpointQueue {
  readonly links = new Links<EndpointQueue>();
  readonly endpoint: EndpointState;
  /** Types that have ready entities, in turn: fair across types. */
  readonly round = new Fifo<TypeQueue>();
  /** The entity that is to be tried with nothing else in flight: until it ends, nothing else is sent. */
  alone: Entity | undefined = undefined;

  constructor(endpoint: EndpointState) {
    this.endpoint = endpoint;
  }

  /** Whether one more invocation may be in flight at the endpoint now. */
  get hasCredit(): boolean {
    const { breaker, probe, inFlight, limit } = this.endpoint;
    if (breaker === "open") return false;
    if (breaker === "probing") return probe === 0;
    // The entity that is to be tried alone waits until all in flight have ended, and no other is sent before it.
    if (this.alone !== undefined) return inFlight === 0;
    return inFlight < Math.floor(limit);
  }
}

export class ReadyTable {
  /** Endpoints that may have both a ready entity and a credit. */
  readonly dispatchable = new LinkedSet<EndpointQueue>();
  /** Types, or lanes of them, that a limit holds. */
  readonly heldBy = new Map<LimitScope, Set<TypeQueue>>();
  private readonly types = new Map<FunctionTypeState, TypeQueue>();
  private readonly endpoints = new Map<EndpointState, EndpointQueue>();

  ofType(type: FunctionTypeState): TypeQueue {
    let queue = this.types.get(type);
    if (queue === undefined) {
      queue = new TypeQueue(type);
      this.types.set(type, queue);
    }
    return queue;
  }

  ofEndpoint(endpoint: EndpointState): EndpointQueue {
    let queue = this.endpoints.get(endpoint);
    if (queue === undefined) {
      queue = new EndpointQueue(endpoint);
      this.endpoints.set(endpoint, queue);
    }
    return queue;
  }

  /** Undefined when no entity of the type was ever ready. */
  knownType(type: FunctionTypeState): TypeQueue | undefined {
    return this.types.get(type);
  }

  /** Called when there may be both a ready entity and a credit. An endpoint that was removed gets nothing new. */
  allow(endpoint: EndpointState): void {
    if (!endpoint.removed) this.dispatchable.add(this.ofEndpoint(endpoint));
  }

  removeEndpoint(endpoint: EndpointState): void {
    const queue = this.endpoints.get(endpoint);
    if (queue !== undefined) this.dispatchable.delete(queue);
    this.endpoints.delete(endpoint);
  }

  /** Called when an entity that was tried alone has ended. */
  endAlone(endpoint: EndpointState, entity: Entity): void {
    const queue = this.endpoints.get(endpoint);
    if (queue?.alone === entity) queue.alone = undefined;
  }

  /** The entity that is tried alone at the endpoint, or waits to be. */
  aloneAt(endpoint: EndpointState): Entity | undefined {
    return this.endpoints.get(endpoint)?.alone;
  }

  get typeQueues(): Iterable<TypeQueue> {
    return this.types.values();
  }

  removeType(type: FunctionTypeState): void {
    this.types.delete(type);
  }
}
