/** InvocationTable: the invocations in flight by number. dispatch.ts adds, invocation.ts ends them. */
import { NumberMap } from "../../model/collections/number-map.ts";
import type { Entity } from "./entity.ts";

export class InvocationTable {
  readonly inFlight = new NumberMap<Entity>();
  next = 1;
  /** An alarm is set that looks for attempts which the transport forgot. */
  watchArmed = false;
}
