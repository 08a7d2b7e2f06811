/**
 * EntityScan: the entities of a type, page by page in the order of their ids, each looked at by a filter. What the filter asks beside what
 * a list has comes with whole views. Neighbours: entity-rows.ts, entity-export.ts and the bulk acts go through it.
 * Guarantee: a page is bounded, and after each the gateway's other work has its turn.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Address, Engine, EntitySummary, EntityView } from "@signalbox/runtime";
import type { Filter, Look } from "../../shared/filter/compile-filter.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import { LookCount, type PageOf } from "../../views/filtered-page.ts";
import { entityFields, needsViews } from "./entity-fields.ts";

const pageEntities = 100;

export interface ScanParts {
  readonly engine: Pick<Engine, "entities" | "entityViews">;
  readonly values: ValueCodec;
}

export interface EntityChoice {
  readonly type: string;
  readonly prefix: string;
  readonly filter: Filter;
}

export interface Scanned {
  readonly summary: EntitySummary;
  /** Undefined when it was not asked for, or the entity is gone. */
  readonly view: EntityView | undefined;
}

/** `views`: reads the whole entities even when the filter does not need them. */
export async function readEntities(
  parts: ScanParts,
  { type, prefix, filter }: EntityChoice,
  page: { readonly cursor: string | undefined; readonly limit: number; readonly views: boolean },
): Promise<PageOf<Scanned>> {
  const views = page.views || needsViews(filter);
  const asked = { type, prefix: prefix === "" ? undefined : prefix, cursor: page.cursor };
  if (views) {
    const { items, cursor } = await parts.engine.entityViews({ ...asked, limit: Math.min(page.limit, pageEntities) });
    return { items: items.map((view) => ({ summary: view, view })), cursor };
  }
  const { items, cursor } = await parts.engine.entities({ ...asked, limit: page.limit });
  return { items: items.map((summary) => ({ summary, view: undefined })), cursor };
}

export function lookAt({ values }: ScanParts, filter: Filter, nowMs: number): (scanned: Scanned) => Look {
  return (scanned) => filter.look(entityFields({ ...scanned, values, nowMs }));
}

export interface ScanPage {
  readonly fitting: readonly Scanned[];
  readonly cursor: string | undefined;
  readonly count: LookCount;
}

/** Scans from `cursor` to the end, unless nobody takes the next page. */
export async function* scanEntities(
  parts: ScanParts,
  choice: EntityChoice,
  { cursor, views }: { readonly cursor?: string | undefined; readonly views: boolean },
): AsyncGenerator<ScanPage, void> {
  const count = new LookCount();
  const look = lookAt(parts, choice.filter, Date.now());
  let next = cursor;
  do {
    const page = await readEntities(parts, choice, { cursor: next, limit: pageEntities, views });
    const fitting: Scanned[] = [];
    for (const scanned of page.items) if (count.take(look(scanned))) fitting.push(scanned);
    next = page.cursor;
    yield { fitting, cursor: next, count };
    await nextTurn();
  } while (next !== undefined);
}

/** Pages of addresses, for acts on all matching entities. */
export async function* matchingAddresses(parts: ScanParts, choice: EntityChoice): AsyncGenerator<readonly Address[], void> {
  for await (const { fitting } of scanEntities(parts, choice, { views: false })) yield fitting.map(({ summary }) => summary.address);
}
