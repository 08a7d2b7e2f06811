/**
 * EntityPagesOracle: a page of whole entities, most of which are read from the store alone, shows each entity as a question for that entity
 * does, and pages follow one another without gap or repeat. Neighbours: world-checks.ts (asks it now and then),
 * runtime/reads/entity-queries.ts.
 */
import type { PartitionState } from "../../core/partition-state.ts";
import type { EntityView } from "@signalbox/runtime/model/views";
import type { Clock } from "../../ports/clock.ts";
import type { Store } from "../../ports/store.ts";
import { entityViews, viewEntity, type EntitySource } from "../../runtime/reads/entity-queries.ts";
import { readStoredEntities } from "../../runtime/reads/stored-entities.ts";
import { StoreView } from "../../runtime/processor/store-view.ts";
import { must } from "../sim/trace.ts";

const pageEntities = 3;
const pagesMax = 3;
const listedEntitiesMax = 100;

export interface PagesNow {
  readonly state: PartitionState;
  readonly store: Store;
  readonly wallMs: number;
  /** Chooses the type to look at and the entity to begin with. */
  readonly turn: number;
}

export async function checkEntityPages({ state, store, wallMs, turn }: PagesNow): Promise<void> {
  const types = [...state.entities.types.values()];
  const type = types[turn % types.length];
  if (type === undefined) return;
  const clock: Clock = { nowMs: () => wallMs, steadyMs: () => wallMs, schedule: () => () => undefined };
  const source: EntitySource = { state, store, view: new StoreView(state, store), clock };
  const names = type.specs.map(({ name }) => name);
  const { items: listed } = await readStoredEntities(store, { type: type.name, limit: listedEntitiesMax, names: [] });
  const from = Math.floor(turn / types.length) % Math.max(1, listed.length);
  let cursor = listed[from]?.id;
  const paged: EntityView[] = [];
  for (let pages = 0; pages < pagesMax && cursor !== undefined; pages++) {
    const query = { type: type.name, cursor, limit: pageEntities };
    const page = await entityViews(source, query, await readStoredEntities(store, { ...query, names }));
    paged.push(...page.items);
    cursor = page.cursor;
  }
  const ids = listed.slice(from + 1, from + 1 + pagesMax * pageEntities).map(({ id }) => id);
  const pagedIds = paged.slice(0, ids.length).map(({ address }) => address.id);
  must(pagedIds.join() === ids.join(), () => `pages of ${type.name} have ${pagedIds.join()} where ${ids.join()} are listed`);
  for (const view of paged) {
    const alone = await viewEntity(source, view.address);
    must(
      textOf(view) === textOf(alone),
      () => `a page says of ${view.address.id} ${textOf(view)}, which differs from the entity: ${textOf(alone)}`,
    );
  }
}

function textOf(view: EntityView | undefined): string {
  return JSON.stringify(view, (_, part: unknown) => (part instanceof Uint8Array ? Buffer.from(part).toString("base64") : part));
}
