/**
 * hottestEntities: the ids of a type that get most messages (flow/hot-types.ts) and those that wait for a person or a moment, each with
 * what waits for it now and why. When messages wait and none of these ids is the reason, some of the first ids that wait are listed.
 * Bounded: at most three times `limit` entities are read, and one page of ids.
 */
import { ifAble, type Engine, type EntityView } from "@signalbox/runtime";
import type { HotEntity, HottestView } from "../../contract/overview/flow.ts";
import type { Flow } from "../../flow/flow.ts";
import { addressView, waitReasonView } from "../../views/entity-views.ts";

interface Parts {
  readonly flow: Pick<Flow, "hottest">;
  readonly engine: Pick<Engine, "entity" | "entities" | "functionTypes" | "troubledEntities">;
}

/** How many ids are searched for one that waits. */
const idsLookedAtMax = 200;

export async function hottestEntities({ flow, engine }: Parts, { type, limit }: { type: string; limit: number }): Promise<HottestView> {
  const { countedMs, ids } = flow.hottest(type, limit);
  const none: Promise<EntityView[]> = Promise.resolve([]);
  const troubled = await ifAble(() => engine.troubledEntities({ type, limit }), none);
  const known = new Map(troubled.map((view) => [view.address.id, view]));
  const hot = await Promise.all(
    ids.map(async ({ id, perSecond, count, surplus }): Promise<HotEntity> => {
      const address = { type, id };
      const view = known.get(id) ?? (await ifAble(() => engine.entity(address), Promise.resolve(undefined)));
      known.delete(id);
      const surplusPerSecond = count === 0 ? 0 : (perSecond * surplus) / count;
      return { ...rowOf(view, address), perSecond: rounded(perSecond), surplusPerSecond: rounded(surplusPerSecond) };
    }),
  );
  const rest = [...known.values()].map((view): HotEntity => ({ ...rowOf(view, view.address), perSecond: 0, surplusPerSecond: 0 }));
  const entities = besides(hot, { more: rest, limit });
  if (entities.some(({ mailboxDepth }) => mailboxDepth > 0)) return { type, countedMs, entities };
  const more = await waiting(engine, { type, limit: shareOf(limit) });
  return { type, countedMs, entities: besides(entities, { more, limit }) };
}

/** Adds ids that wait, which must not be left out because others get more messages. */
function besides(entities: readonly HotEntity[], { more, limit }: { more: readonly HotEntity[]; limit: number }): HotEntity[] {
  const kept = more.slice(0, Math.max(limit - entities.length, shareOf(limit)));
  return [...entities.slice(0, limit - kept.length), ...kept];
}

function shareOf(limit: number): number {
  return Math.floor(limit / 3);
}

async function waiting(engine: Parts["engine"], { type, limit }: { type: string; limit: number }): Promise<HotEntity[]> {
  const waits = engine.functionTypes().some((known) => known.type === type && known.waitingMessages > 0);
  if (!waits) return [];
  const none: ReturnType<Engine["entities"]> = Promise.resolve({ items: [], cursor: undefined });
  const { items } = await ifAble(() => engine.entities({ type, limit: idsLookedAtMax }), none);
  const deepest = items.filter(({ mailboxDepth }) => mailboxDepth > 0).sort((left, right) => right.mailboxDepth - left.mailboxDepth);
  const views = await Promise.all(deepest.slice(0, limit).map(({ address }) => engine.entity(address)));
  return views.flatMap((view) => (view === undefined ? [] : { ...rowOf(view, view.address), perSecond: 0, surplusPerSecond: 0 }));
}

function rowOf(view: EntityView | undefined, address: EntityView["address"]): Omit<HotEntity, "perSecond" | "surplusPerSecond"> {
  return {
    address: addressView(address),
    status: view?.status ?? "idle",
    mailboxDepth: view?.mailboxDepth ?? 0,
    waitReason: waitReasonView(view?.waitReason),
  };
}

function rounded(perSecond: number): number {
  return Math.round(perSecond * 100) / 100;
}
