/** Breakpoints over HTTP: set, look at what is held, step, edit, drop, release; how they end by themselves; what is refused; and what the audit has. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { breakpointRow } from "../../src/contract/messages/breakpoints.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { breakpointsMax: 3, breakpointHeldMessagesMax: 5 } });
  await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function json(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

function post(path: string, body: unknown): Promise<Response> {
  return box.fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

async function set(body: Record<string, unknown>): Promise<{ id: string; path: string }> {
  const response = await post("/v1/breakpoints", { functions: "test/visits", ...body });
  expect(response.status).toBe(201);
  const { id } = breakpointRow.parse(await response.json());
  return { id, path: `/v1/breakpoints/${encodeURIComponent(id)}` };
}

function say(entity: string, text: string): Promise<Response> {
  return box.fetch(`/v1/messages/test/visits/${entity}`, { method: "POST", body: text, headers: { "content-type": "text/plain" } });
}

/** Waits until this number of messages waits at the breakpoint. */
async function untilHeld(id: string, messages: number): Promise<void> {
  await box.until("/v1/breakpoints", (body) => {
    const { set: rows } = body as { set: { id: string; heldMessages: number }[] };
    return rows.find((row) => row.id === id)?.heldMessages === messages;
  });
}

describe("a breakpoint", () => {
  test("holds the messages for one entity, shows it with them, and lets it through one by one", async () => {
    const { id, path } = await set({ entity: "ada" });
    for (const text of ["one", "two", "three"]) await say("ada", text);
    await say("bert", "passes");
    await untilHeld(id, 3);
    await box.until("/v1/entities/test/visits/bert", (body) => (body as { mailboxDepth?: number }).mailboxDepth === 0);
    const held = (await json(await box.fetch(`${path}/held`)))["entities"] as Record<string, unknown>[];
    expect(held).toMatchObject([{ address: { type: "test/visits", id: "ada" }, status: "held", mailboxDepth: 3 }]);
    expect(held[0]?.["waitReason"]).toMatchObject({ kind: "breakpoint", breakpoint: id, by: "local" });
    expect(held[0]?.["mailbox"]).toHaveLength(3);

    expect((await post("/v1/breakpoints/step", { type: "test/visits", id: "ada" })).status).toBe(200);
    await untilHeld(id, 2);
    // The first of the three is through, so whoever still sees it first discards nothing.
    const [gone, first] = ((held[0]?.["mailbox"] ?? []) as { sequence: number }[]).map(({ sequence }) => sequence);
    const late = await post("/v1/entities/test/visits/ada:discard", { ifMessage: gone });
    expect([late.status, await json(late)]).toMatchObject([409, { code: "MESSAGE_MOVED" }]);
    expect(await json(await post("/v1/entities/test/visits/ada:discard", { ifMessage: first }))).toEqual({ changed: 1 });
    const paused = await post("/v1/entities/test/visits/ada:pause", { ifMessage: first });
    expect([paused.status, await json(paused)]).toMatchObject([400, { where: "ifMessage" }]);
    await untilHeld(id, 1);
    expect(await json(await box.fetch(path, { method: "DELETE" }))).toEqual({ released: 1 });
    await box.until("/v1/entities/test/visits/ada", (body) => (body as { status?: string }).status === "idle");
    await box.until("/v1/history?type=test/visits&id=ada", (body) => {
      const { items } = body as { items: { outcome: string }[] };
      return items.filter(({ outcome }) => outcome === "completed").length === 2;
    });
  });

  test("is in the summary that every page shows, with its author and its end", async () => {
    const { id, path } = await set({ prefix: "x-", seconds: 60 });
    const { breakpoints, indicator } = await json(await box.fetch("/v1/summary"));
    expect(breakpoints).toMatchObject([{ id, functions: "test/visits", entity: null, prefix: "x-", by: "local", heldMessages: 0 }]);
    expect(indicator).toBe("caution");
    await box.fetch(path, { method: "DELETE" });
  });

  test("ends by itself when its time is over, and the list and the audit say so", async () => {
    const { id } = await set({ entity: "late", seconds: 1 });
    await say("late", "waits a second");
    await box.until("/v1/breakpoints", (body) => {
      const { ended } = body as { ended: { id: string; why: string }[] };
      return ended.some((one) => one.id === id && one.why === "time over");
    });
    await box.until("/v1/entities/test/visits/late", (body) => (body as { status?: string }).status === "idle");
    await box.until("/v1/audit?limit=20", (body) => JSON.stringify(body).includes("by itself: time over"));
  });

  test("that would hold too much lets everything go, and says why", async () => {
    const { id } = await set({ prefix: "many-" });
    for (let index = 0; index < 6; index++) await say(`many-${index}`, "x");
    await box.until("/v1/breakpoints", (body) => {
      const { ended } = body as { ended: { id: string; why: string }[] };
      return ended.some((one) => one.id === id && one.why === "full");
    });
    for (let index = 0; index < 6; index++)
      await box.until(`/v1/entities/test/visits/many-${index}`, (body) => (body as { status?: string }).status === "idle");
  });
});

describe("a breakpoint with a condition", () => {
  test("holds a message that fits, with all that is behind it, and no other", async () => {
    const { id, path } = await set({ prefix: "c-", condition: 'value.startsWith("big") && id != "c-free"' });
    for (const [entity, text] of [
      ["c-one", "small"],
      ["c-two", "big one"],
      ["c-two", "behind it"],
      ["c-free", "big too"],
    ] as const)
      await say(entity, text);
    await untilHeld(id, 2);
    const { set: rows } = (await json(await box.fetch("/v1/breakpoints"))) as { set: unknown[] };
    expect(rows).toMatchObject([
      { condition: 'value.startsWith("big") && id != "c-free"', heldEntities: 1, heldUnclear: 0, unclearWhy: null },
    ]);
    for (const entity of ["c-one", "c-free"])
      await box.until(`/v1/history?type=test/visits&id=${entity}`, (body) => (body as { items: unknown[] }).items.length === 1);
    expect((await post("/v1/breakpoints/step", { type: "test/visits", id: "c-two" })).status).toBe(200);
    // The message behind it does not fit the breakpoint, so it goes on without a person.
    await box.until("/v1/entities/test/visits/c-two", (body) => (body as { status?: string }).status === "idle");
    await box.fetch(path, { method: "DELETE" });
  });

  test("holds a message that it cannot judge, and the list and the entity say why", async () => {
    const { id, path } = await set({ prefix: "u-", condition: "value > 5" });
    await say("u-text", "a text");
    await untilHeld(id, 1);
    const { set: rows } = (await json(await box.fetch("/v1/breakpoints"))) as { set: unknown[] };
    expect(rows).toMatchObject([{ heldUnclear: 1, unclearWhy: expect.stringContaining("no such overload") }]);
    const entity = await json(await box.fetch("/v1/entities/test/visits/u-text"));
    expect(entity["waitReason"]).toMatchObject({ kind: "breakpoint", unclear: expect.stringContaining("no such overload") });
    await box.fetch(path, { method: "DELETE" });
  });

  test("is refused at the place where it is wrong, and where it would take too long", async () => {
    for (const [condition, said] of [
      ["value.amount >", "character"],
      ["amount > 5", "There is no field amount"],
      ['id.matches("a+")', "matches() is not run"],
    ] as const) {
      const refused = await post("/v1/breakpoints", { functions: "test/visits", condition });
      expect([condition, refused.status, await refused.text()]).toEqual([condition, 400, expect.stringContaining(said)]);
    }
  });
});

describe("it is refused", () => {
  test("to set more than are allowed, or an invalid one", async () => {
    const all = [await set({ entity: "r1" }), await set({ entity: "r2" }), await set({ entity: "r3" })];
    const refused = await post("/v1/breakpoints", { functions: "test/visits", entity: "r4" });
    expect([refused.status, (await json(refused))["code"]]).toEqual([409, "TOO_MANY_BREAKPOINTS"]);
    for (const { path } of all) await box.fetch(path, { method: "DELETE" });
    for (const wrong of [
      { functions: "nothing" },
      { functions: "io.signalbox.records/*" },
      { functions: "test/visits", entity: "a", prefix: "a" },
      { functions: "test/visits", seconds: 0 },
    ])
      expect([wrong, (await post("/v1/breakpoints", wrong)).status]).toEqual([wrong, 400]);
  });

  test("to release, to look at or to step an absent one", async () => {
    const path = `/v1/breakpoints/${encodeURIComponent("test/visits~none")}`;
    expect(await json(await box.fetch(path, { method: "DELETE" }))).toMatchObject({ code: "UNKNOWN_BREAKPOINT" });
    expect(await json(await box.fetch(`${path}/held`))).toMatchObject({ code: "UNKNOWN_BREAKPOINT" });
    await say("free", "x");
    await box.until("/v1/entities/test/visits/free", (body) => (body as { status?: string }).status === "idle");
    const step = await post("/v1/breakpoints/step", { type: "test/visits", id: "free" });
    expect(await json(step)).toMatchObject({ code: "ENTITY_NOT_HELD" });
  });
});

test("set, step and release are in the audit, each with the person and the target", async () => {
  const rows = JSON.stringify(await json(await box.fetch("/v1/audit?limit=100")));
  for (const part of ["breakpoints.set", "breakpoints.step", "breakpoints.release", "let 1 entities go"]) expect(rows).toContain(part);
});
