/** Filters where the data is: the past of the tail, traces, causes of failures and entities, over a whole gateway with functions. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callerOf, type Caller } from "../support/caller.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;
const string = "io.statefun.types/string";

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 2, backoffBaseMs: 1, backoffMaxMs: 2 } });
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
  const send = (id: string, text: string) =>
    caller.send.message({ type: "test/visits", id, valueType: string, text: JSON.stringify(text) });
  for (let visit = 1; visit <= 3; visit += 1) await send("ada", `hello ${visit}`);
  for (const id of ["bob", "axel"]) await send(id, "hello 1");
  for (const id of ["bad-1", "bad-2"]) await send(id, "fail");
  await box.until("/v1/failures", (body) => JSON.stringify(body).includes('"parked":2'));
  await box.gateway.core.engine.settled();
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

describe("a filter", () => {
  test("finds rows of the past by the contents of their messages", async () => {
    const { rows, looked, cursor } = await caller.flow.past({ filter: 'type == "test/visits" && value == "hello 1"' });
    expect(rows.map(({ address }) => address.id).toSorted()).toEqual(["ada", "axel", "bob"]);
    expect([cursor, looked.complete, looked.unclear]).toEqual([null, true, 0]);
    expect(looked.rows).toBeGreaterThan(rows.length);
  });

  test("says for how many rows it has no answer, and why", async () => {
    const { rows, looked } = await caller.flow.past({ filter: 'type == "test/visits" && value > 5' });
    expect(rows).toEqual([]);
    expect(looked).toMatchObject({ unclearWhy: expect.stringContaining("no such overload") });
    expect(looked.unclear).toBeGreaterThan(3);
  });

  test("does not apply to the dots of then, only to the rows", async () => {
    const toMs = Date.now();
    const { rows, dots, recordsRead } = await caller.past.records({ fromMs: 0, toMs, filter: 'id == "bob"', limit: 500 });
    expect(rows.map(({ address }) => address.id)).toEqual(["bob"]);
    expect([dots.length > 1, recordsRead > 1]).toEqual([true, true]);
  });

  test("finds traces, and the cursor goes on where it stopped", async () => {
    const parked = await caller.traces.list({ filter: 'status == "parked" && id.startsWith("bad")' });
    expect(parked.items.map(({ target }) => target.id).toSorted()).toEqual(["bad-1", "bad-2"]);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Caller["traces"]["list"]>> = await caller.traces.list({ filter: 'id == "ada"', limit: 2, cursor });
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ preview }) => preview));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(found.toSorted()).toEqual(['"hello 1"', '"hello 2"', '"hello 3"']);
  });

  test("finds causes of failures", async () => {
    expect(await caller.failures.causes({ filter: 'failure.code == "ENDPOINT_ERROR" && parked == 2' })).toHaveLength(1);
    expect(await caller.failures.causes({ filter: 'where == "test/visits" && text.holds("endpoint_ERROR")' })).toHaveLength(1);
    expect(await caller.failures.causes({ filter: "parked > 2" })).toEqual([]);
  });

  test("finds entities by their state, over tRPC and over HTTP", async () => {
    const filter = 'state.seen >= 1 && id.startsWith("a")';
    const { items, columns, looked } = await caller.entities.rows({ type: "test/visits", filter });
    expect(items.map(({ address }) => address.id)).toEqual(["ada", "axel"]);
    expect(columns).toEqual([{ path: "seen", kind: "number" }]);
    expect(items[0]?.cells).toEqual([{ path: "seen", kind: "number", text: "3" }]);
    expect(looked).toMatchObject({ rows: 5, complete: true, unclear: 0 });
    const answer = await box.fetch(`/v1/entities/test/visits?filter=${encodeURIComponent(filter)}`);
    expect(await answer.json()).toMatchObject({ items: [{ address: { id: "ada" } }, { address: { id: "axel" } }], looked: { rows: 5 } });
    expect((await caller.entities.list({ type: "test/visits", filter: 'status == "parked"' })).items).toHaveLength(2);
    expect((await caller.entities.list({ type: "test/visits", filter: 'failure.code == "ENDPOINT_ERROR"' })).items).toHaveLength(2);
  });

  test("counts entities with the distribution of a column", async () => {
    const { matched, byStatus, numbers, cursor, waiting } = await caller.entities.tally({ type: "test/visits", column: "seen" });
    expect([matched, cursor, waiting]).toEqual([5, null, 2]);
    expect(byStatus.toSorted((left, right) => left.entities - right.entities)).toEqual([
      { status: "parked", entities: 2 },
      { status: "idle", entities: 3 },
    ]);
    expect(numbers).toMatchObject({ count: 3, min: 1, max: 3 });
    expect(numbers?.buckets.map(([, count]) => count).toSorted()).toEqual([1, 2]);
  });

  test("exports what fits as CSV and as lines of JSON", async () => {
    const asked = `type=test/visits&filter=${encodeURIComponent("state.seen > 0")}`;
    const csv = await box.fetch(`/v1/entities/export?${asked}&format=csv`);
    expect(csv.headers.get("content-type")).toContain("text/csv");
    const [head, ...rows] = (await csv.text()).trimEnd().split("\r\n");
    expect(head).toBe("type,id,status,waiting,written,seen,other");
    expect(rows.map((row) => row.replace(/\d{4}-[^,]*/, "T"))).toEqual([
      "test/visits,ada,idle,0,T,3,",
      "test/visits,axel,idle,0,T,1,",
      "test/visits,bob,idle,0,T,1,",
    ]);
    const lines = (await (await box.fetch(`/v1/entities/export?${asked}&limit=1`)).text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ id: "ada", state: { seen: 3 } }]);
    expect((await box.fetch("/v1/entities/export?type=test/visits&filter=nope==1")).status).toBe(400);
    const none = await box.fetch(`/v1/entities/export?type=test/visits&format=csv&filter=${encodeURIComponent("state.seen > 99")}`);
    expect(await none.text()).toBe("type,id,status,waiting,written,other\r\n");
  });

  test("is refused over HTTP with its place and the right form", async () => {
    const answer = await box.fetch(`/v1/traces?filter=${encodeURIComponent('id.matches("(a+)+$")')}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/at character 1: matches\(\) is not run.*like/);
  });
});

describe("an act on all entities that fit", () => {
  test("reaches those and no others, with progress, and stands in the audit", async () => {
    const acts = async () => (await caller.failures.acts({})).filter(({ filter }) => filter !== "");
    const cleared = await caller.entities.actOnMatching({ type: "test/visits", filter: "state.seen == 1", action: "clear-state" });
    expect(cleared).toMatchObject({ state: "running", where: "test/visits", filter: "state.seen == 1" });
    await expect.poll(async () => (await acts())[0]).toMatchObject({ state: "done", acted: 2, refused: 0 });
    const { items } = await caller.entities.rows({ type: "test/visits", filter: "has(state.seen)" });
    expect(items.map(({ address }) => address.id)).toEqual(["ada"]);
    const name = "After the price fix";
    await caller.entities.actOnMatching({ type: "test/visits", filter: 'status == "parked"', action: "discard", name });
    await expect.poll(async () => (await acts())[0]).toMatchObject({ action: "discard", state: "done", acted: 2 });
    await expect.poll(async () => (await caller.entities.tally({ type: "test/visits" })).waiting).toBe(0);
    const entries = (await caller.audit.list({})).items.filter((entry) => JSON.stringify(entry).includes("entities.actOnMatching"));
    expect(JSON.stringify(entries)).toContain("state.seen == 1");
    // The act has the name that a person gave it, in the list and in the audit; the other act has none.
    expect(await caller.failures.acts({ name: "PRICE" })).toMatchObject([{ name, action: "discard" }]);
    expect((await caller.audit.list({ text: "price fix" })).items).toMatchObject([{ operation: "entities.actOnMatching" }]);
    await expect(caller.entities.actOnMatching({ type: "test/visits", action: "retry", name: "two\nlines" })).rejects.toThrow(/one line/);
  });

  test("counts those that are in another status", async () => {
    await caller.entities.actOnMatching({ type: "test/visits", action: "retry" });
    await expect
      .poll(async () => (await caller.failures.acts({}))[0])
      .toMatchObject({ action: "retry", state: "done", acted: 0, refused: 5 });
  });
});
