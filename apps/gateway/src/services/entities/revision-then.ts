/**
 * RevisionThen: which revision of a module was in force when a record began. The journal keeps the endpoint alone, so it is derived: the
 * newest revision that was applied before, of the module that has the endpoint now. Null when that revision does not name the endpoint, or
 * is older than the listed ones. Neighbours: entity-history.ts shows it as "applied at that moment"; modules-in-force.ts has the revisions.
 */
import type { JournalRecord } from "@signalbox/runtime";
import type { HistoryEntryView } from "../../contract/shapes/journal.ts";
import type { ServiceParts } from "../service-parts.ts";

type Parts = Pick<ServiceParts, "engine" | "modules">;
type Revision = NonNullable<HistoryEntryView["revision"]>;
type Applied = Revision & { readonly yaml: string };

export function revisionsThen({ engine, modules }: Parts): (records: readonly JournalRecord[]) => Promise<Map<JournalRecord, Revision>> {
  const revisionsOf = async (endpoint: string): Promise<readonly Applied[]> => {
    const module = engine.endpoints().find(({ spec }) => spec.id === endpoint)?.spec.module;
    if (module === undefined || !modules.list().some(({ name }) => name === module)) return [];
    const { revisions } = await modules.get(module);
    return revisions.map(({ revision, appliedMs, yaml }) => ({ module, revision, appliedMs, yaml }));
  };
  return async (records) => {
    const endpoints = [...new Set(records.map(({ endpoint }) => endpoint).filter((endpoint) => endpoint !== ""))];
    const applied = new Map(await Promise.all(endpoints.map(async (endpoint) => [endpoint, await revisionsOf(endpoint)] as const)));
    return new Map(
      records.flatMap((record) => {
        if (record.outcome.kind === "act") return [];
        const found = thatWasIn(applied.get(record.endpoint) ?? [], record);
        return found === undefined ? [] : [[record, found] as const];
      }),
    );
  };
}

/** Newest first. */
function thatWasIn(revisions: readonly Applied[], { endpoint, startedMs }: JournalRecord): Revision | undefined {
  const found = revisions.find(({ appliedMs }) => appliedMs <= startedMs);
  if (found === undefined || !found.yaml.includes(endpoint)) return undefined;
  const { module, revision, appliedMs } = found;
  return { module, revision, appliedMs };
}
