/**
 * mergeModules: the sum of all modules that are to be in force, as the engine takes it, or issues where two modules contradict
 * each other. The order of the modules decides which of two is called the earlier one.
 */
import type { Bindings, CarriedConnector } from "@signalbox/runtime";
import { collisions } from "./collisions.ts";
import type { DeclaredConnector } from "../connectors/declared-connector.ts";
import { revealed } from "../shape/secret.ts";
import type { MergeIssue, ParsedModule } from "./parsed-module.ts";

export interface MergedModules {
  /** Errors only; with one the bindings must not be applied. */
  readonly issues: MergeIssue[];
  readonly bindings: Bindings;
  readonly ingresses: DeclaredConnector[];
  readonly egresses: DeclaredConnector[];
}

export function mergeModules(modules: readonly ParsedModule[]): MergedModules {
  const endpoints = modules.flatMap((module) => module.endpoints);
  const egresses = modules.flatMap((module) => module.egresses);
  const carried = [...modules.flatMap((module) => module.ingresses), ...egresses].flatMap(carriedOf);
  const across = collisions(modules).filter((collision) => collision.module !== collision.first);
  return {
    issues: across.map(({ module, position, message }) => ({ severity: "error", module, message, ...position, suggestion: null })),
    bindings: {
      endpoints: endpoints.map((endpoint) => endpoint.spec),
      egresses: egresses.map(({ id, module }) => ({ id, module })),
      limits: modules.flatMap((module) => module.limits.map(({ spec }) => spec)),
      ...(carried.length > 0 && { carried }),
    },
    ingresses: modules.flatMap((module) => module.ingresses),
    egresses,
  };
}

function carriedOf({ direction, id, module, kind, carried }: DeclaredConnector): CarriedConnector[] {
  return carried === undefined ? [] : [{ direction, id, module, kind, spec: revealed(carried) }];
}
