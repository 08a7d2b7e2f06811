/**
 * Turns what the live stream reports as changed into the queries that are asked again. It is the only place that knows; pages need no
 * refresh button. Queries that nobody shows are only marked stale.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { LiveFrame } from "../trpc/views.ts";

export type Change = LiveFrame["changed"][number];

const routersOf: Record<Change, readonly string[]> = {
  bindings: ["functions", "modules", "entities", "flow"],
  savepoints: ["savepoints"],
  failures: ["failures", "entities", "functions"],
  breakers: ["functions", "failures"],
};

/** tRPC's query keys begin with the path: [["entities", "get"], …]. */
function routerOf(queryKey: readonly unknown[]): string | undefined {
  const path = queryKey[0];
  if (!Array.isArray(path)) return undefined;
  const first: unknown = path[0];
  return typeof first === "string" ? first : undefined;
}

/** `entity` says that one that this tab shows has changed. */
export function invalidateChanged(queryClient: QueryClient, changed: readonly (Change | "entity")[]): void {
  if (changed.length === 0) return;
  const routers = new Set(changed.flatMap((change) => (change === "entity" ? ["entities"] : routersOf[change])));
  void queryClient.invalidateQueries({
    predicate: (query) => {
      const router = routerOf(query.queryKey);
      return router !== undefined && routers.has(router);
    },
  });
}
