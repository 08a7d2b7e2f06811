/** RouteTable: which endpoint serves which function types, which egresses exist and what is limited, as the modules declare it now. router.ts changes it. */
import type { Bindings, EgressSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { EndpointState } from "./endpoint-state.ts";
import { LimitTable } from "./limit-table.ts";

export class RouteTable {
  bindings: Bindings = { endpoints: [], egresses: [] };
  /** By the exact type name, or `namespace/*`. */
  readonly endpoints = new Map<string, EndpointState>();
  readonly egressSpecs = new Map<string, EgressSpec>();
  readonly limits: LimitTable;

  constructor(limitKeysMax: number) {
    this.limits = new LimitTable(limitKeysMax);
  }

  /** An exact binding comes before the namespace wildcard (docs/statefun.md 2.4). */
  endpointOf(type: string): EndpointState | undefined {
    const slash = type.indexOf("/");
    return this.endpoints.get(type) ?? this.endpoints.get(`${type.slice(0, slash)}/*`);
  }
}
