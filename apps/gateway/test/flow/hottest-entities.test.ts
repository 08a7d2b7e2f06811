import type { EntityView, FunctionTypeView } from "@signalbox/runtime";
import { expect, test } from "vitest";
import { hottestEntities } from "../../src/services/flow/hottest-entities.ts";
import { quietEngine } from "../support/quiet-engine.ts";

const type = "shop/cart";
const functionType: FunctionTypeView = {
  type,
  endpoint: "shop/*",
  answered: true,
  states: [],
  waitingMessages: 6,
  ingressHold: undefined,
  inFlight: 0,
  parkedEntities: 0,
  parkedMessages: 0,
  pausedEntities: 0,
  backingOffEntities: 0,
};
const hot = Array.from({ length: 8 }, (_, n) => ({ id: `hot-${n}`, count: 80 - n, surplus: 0, perSecond: 8 - n / 10 }));
const flow = { hottest: () => ({ countedMs: 5_000, ids: hot }) };

function view(id: string, parts: Partial<EntityView> = {}): EntityView {
  const quiet = {
    failure: undefined,
    attempts: 0,
    sinceMs: undefined,
    retryAtMs: undefined,
    waitReason: undefined,
    state: [],
    mailbox: [],
  };
  return { address: { type, id }, status: "idle", mailboxDepth: 0, ...quiet, ...parts };
}

test("parked entities are shown beside those that get more messages, with why they wait", async () => {
  const parked = view("parked", {
    status: "parked",
    mailboxDepth: 3,
    waitReason: { kind: "parked", sinceMs: 1, attempts: 3, failure: undefined },
  });
  const engine = { ...quietEngine(), troubledEntities: () => Promise.resolve([parked]), entity: () => Promise.resolve(undefined) };
  const { entities } = await hottestEntities({ flow, engine }, { type, limit: 8 });
  expect(entities.map(({ address }) => address.id)).toEqual([...hot.slice(0, 7).map(({ id }) => id), "parked"]);
  expect(entities.at(-1)).toMatchObject({ mailboxDepth: 3, perSecond: 0, waitReason: { kind: "parked" } });
});

test("where messages wait and none of the hot ones waits, the deepest mailboxes among the first ids stand for them", async () => {
  const ids = ["a", "b", "c", "d"].map((id, n) => ({ address: { type, id }, status: "waiting" as const, mailboxDepth: n }));
  const engine = {
    ...quietEngine(),
    functionTypes: () => [functionType],
    troubledEntities: () => Promise.resolve([]),
    entities: () => Promise.resolve({ items: ids, cursor: undefined }),
    entity: ({ id }: { id: string }) =>
      Promise.resolve(hot.some((one) => one.id === id) ? view(id) : view(id, { status: "waiting", mailboxDepth: id.charCodeAt(0) - 97 })),
  };
  const { entities } = await hottestEntities({ flow, engine }, { type, limit: 8 });
  expect(entities.map(({ address }) => address.id)).toEqual([...hot.slice(0, 6).map(({ id }) => id), "d", "c"]);
});
