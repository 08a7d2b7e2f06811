/**
 * The smallest reproduction over HTTP, with a real function server. It is refused where its module does not allow tries, and is found with
 * its state before. Nothing of it reaches the real entity, others or an egress. Also: a failure that no longer happens, code in threads,
 * masked values, refusals, and the audit.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { entity, json, record, types } from "@signalbox/functions";
import { nodeHandler } from "@signalbox/functions/node";
import { reproductionRow, type ReproductionRow } from "../../src/contract/failures/reproductions.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const Item = json("kitchen/Item", z.object({ name: z.string() }));
const told = entity("kitchen/told", { messages: { item: Item }, on: { item: () => undefined } });
const tray = entity("kitchen/tray", {
  state: { items: json("kitchen/Items", z.array(z.string())), count: types.int },
  messages: { put: Item, count: json("kitchen/Count", z.object({})), chance: json("kitchen/Chance", z.object({})) },
  on: {
    put(ctx, item) {
      ctx.state.items.set([...(ctx.state.items.get() ?? []), item.name]);
      ctx.send(told.to("all").message("item", item));
      ctx.egress("kitchen/out", record(Item, item));
    },
    count(ctx) {
      const items = ctx.state.items.get() ?? [];
      if (items.includes("knife") && items.includes("toaster")) throw new RangeError("a knife in the toaster");
      ctx.state.count.set(items.length);
    },
    chance(ctx) {
      asked += 1;
      if (asked % 2 === 1) throw new EvalError("bad luck");
      ctx.state.count.set(asked);
    },
  },
});

let asked = 0;
const tries: string[] = [];
let server: Server;
let box: TestGateway;

function yaml(more = ""): string {
  const { port } = server.address() as AddressInfo;
  return `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: kitchen/*\n  urlPathTemplate: http://127.0.0.1:${port}/{function.name}\n${more}---\nkind: io.signalbox.v1/egress\nspec:\n  id: kitchen/out\n`;
}

beforeAll(async () => {
  const answer = nodeHandler([tray, told]);
  server = createServer((request, response) => {
    if (request.headers["x-signalbox-replay"] === "1") tries.push(request.url ?? "");
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  box = await startGateway({ limits: { attemptsMax: 1 }, processes: {} });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  server.close();
});

function post(path: string, body: unknown): Promise<Response> {
  return box.fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

async function apply(text: string): Promise<void> {
  const response = await box.fetch("/v1/modules/kitchen", { method: "PUT", body: text });
  expect(response.status, await response.clone().text()).toBe(200);
}

async function send(type: string, id: string, message: { readonly type: string; readonly value: unknown }): Promise<void> {
  const response = await box.fetch(`/v1/messages/${type}/${id}`, {
    method: "POST",
    body: JSON.stringify(message.value),
    headers: { "content-type": `application/vnd.${message.type}` },
  });
  expect(response.ok, await response.clone().text()).toBe(true);
}

async function put(id: string, names: readonly string[]): Promise<void> {
  for (const name of names) await send("kitchen/tray", id, { type: "kitchen/Item", value: { name } });
}

async function parked(type: string, id: string): Promise<void> {
  await box.until(`/v1/entities/${type}/${id}`, (body) => (body as { status?: string }).status === "parked");
}

async function ended(type: string, id: string): Promise<ReproductionRow> {
  const path = `/v1/reproductions?type=${type}&id=${id}`;
  return reproductionRow.parse(await box.until(path, (body) => (body as ReproductionRow | null)?.endedMs !== null));
}

async function problemOf(response: Response): Promise<{ status: number; code: string; cure: string }> {
  const { code, cure } = (await response.json()) as { code: string; cure: string };
  return { status: response.status, code, cure };
}

const textsOf = ({ messages }: ReproductionRow): string[] => messages.map(({ value }) => value.text.replaceAll(/\s+/g, ""));

describe("the smallest reproduction", () => {
  test("is refused, with the cure, where the module does not allow tries", async () => {
    await apply(yaml());
    await put("ann", ["cup", "knife", "plate", "toaster", "spoon"]);
    await send("kitchen/tray", "ann", { type: "kitchen/Count", value: {} });
    await parked("kitchen/tray", "ann");
    const refused = await problemOf(await post("/v1/reproductions", { type: "kitchen/tray", id: "ann" }));
    expect(refused).toMatchObject({ status: 409, code: "REPLAY_NOT_ALLOWED" });
    expect(refused.cure).toContain("`replay: true`");
    expect(tries).toEqual([]);
  });

  test("is exactly the messages that matter, and nothing of the search reaches the entity, others or an egress", async () => {
    await apply(yaml("  replay: true\n"));
    const before = await (await box.fetch("/v1/entities/kitchen/tray/ann")).json();
    const out = await (await box.fetch("/v1/egresses/kitchen/out")).text();
    expect((await post("/v1/reproductions", { type: "kitchen/tray", id: "ann" })).status).toBe(200);
    const found = await ended("kitchen/tray", "ann");
    expect(found).toMatchObject({
      state: "found",
      considered: 6,
      by: "local",
      before: [],
      beforeComplete: true,
      notes: [],
      differsAt: null,
    });
    expect(textsOf(found)).toEqual(['{"name":"knife"}', '{"name":"toaster"}', "{}"]);
    expect(found.wanted?.raw).toContain("RangeError");
    expect(found.got?.raw).toContain("RangeError");
    expect(tries).toHaveLength(found.calls);
    expect(new Set(tries)).toEqual(new Set(["/tray"]));
    expect(await (await box.fetch("/v1/entities/kitchen/tray/ann")).json()).toEqual(before);
    expect(await (await box.fetch("/v1/egresses/kitchen/out")).text()).toBe(out);
    await box.until("/v1/history?type=kitchen/told&id=all", (body) => {
      const { items } = body as { items: { messagesTotal: number }[] };
      return items.reduce((sum, { messagesTotal }) => sum + messagesTotal, 0) === 5;
    });
  });

  test("begins with the entity's state before the first message that is looked at", async () => {
    await post("/v1/reproductions", { type: "kitchen/tray", id: "ann", messagesMax: 3 });
    const found = await ended("kitchen/tray", "ann");
    expect(found.considered).toBeLessThanOrEqual(3);
    expect(found.before.map(({ name }) => name)).toEqual(["items"]);
    expect(found.before[0]?.value.text).toContain("knife");
    expect(found.notes).toHaveLength(1);
    expect(found.state).toBe("found");
  });

  test("is found for a failure that is over, from its record", async () => {
    const discarded = await box.fetch("/v1/entities/kitchen/tray/ann:discard", { method: "POST" });
    expect(discarded.status).toBe(200);
    await put("ann", ["fork"]);
    await box.until("/v1/entities/kitchen/tray/ann", (body) => (body as { status?: string }).status === "idle");
    await post("/v1/reproductions", { type: "kitchen/tray", id: "ann" });
    const found = await ended("kitchen/tray", "ann");
    expect(found.state).toBe("found");
    expect(textsOf(found)).toEqual(['{"name":"knife"}', '{"name":"toaster"}', "{}"]);
  });

  test("is not claimed where chance decides", async () => {
    await send("kitchen/tray", "luck", { type: "kitchen/Chance", value: {} });
    await parked("kitchen/tray", "luck");
    await post("/v1/reproductions", { type: "kitchen/tray", id: "luck" });
    const ending = await ended("kitchen/tray", "luck");
    expect(ending).toMatchObject({ state: "unstable", tries: 2 });
    expect(ending.differsAt).toBe(ending.messages[0]?.sequence);
  });

  test("is masked as all values are", async () => {
    await apply(
      `${yaml("  replay: true\n")}---\nkind: io.signalbox.masks.v1/mask\nspec:\n  functions: kitchen/tray\n  fields: [name, items]\n`,
    );
    const text = await (await box.fetch("/v1/reproductions?type=kitchen/tray&id=ann")).text();
    expect(text).not.toContain("toaster");
    expect(text).toContain("••••");
    await apply(yaml("  replay: true\n"));
  });

  test("is found for functions in threads of the gateway too", async () => {
    const code = `import { entity, json, types } from "@signalbox/functions";
export const box = entity("lab/box", {
  state: { sum: types.int },
  messages: { add: json("lab/Add", { "~standard": { version: 1, vendor: "own", validate: (value) => ({ value }) } }) },
  on: { add(ctx, { n }) {
    const sum = (ctx.state.sum.get() ?? 0) + n;
    if (sum > 100) throw new RangeError("full");
    ctx.state.sum.set(sum);
  } },
});`;
    const indented = code.replaceAll("\n", "\n      ");
    const module = `kind: io.signalbox.endpoints.v1/embedded\nspec:\n  functions: lab/box\n  replay: true\n  source:\n    type: code\n    code: |\n      ${indented}\n`;
    const applied = await box.fetch("/v1/modules/lab", { method: "PUT", body: module });
    expect(applied.status, await applied.clone().text()).toBe(200);
    for (const n of [1, 70, 2, 3, 40]) await send("lab/box", "a", { type: "lab/Add", value: { n } });
    await parked("lab/box", "a");
    await post("/v1/reproductions", { type: "lab/box", id: "a" });
    const found = await ended("lab/box", "a");
    expect(found.state, JSON.stringify([found.wanted, found.got])).toBe("found");
    expect(textsOf(found)).toEqual(['{"n":70}', '{"n":40}']);
  });

  test("is refused where nothing failed, and where its header is one of the module's own", async () => {
    expect(await problemOf(await post("/v1/reproductions", { type: "kitchen/tray", id: "nobody" }))).toMatchObject({
      status: 409,
      code: "NOTHING_TO_REPRODUCE",
    });
    expect(await problemOf(await post("/v1/reproductions/cancel", { type: "kitchen/tray", id: "nobody" }))).toMatchObject({
      status: 404,
      code: "UNKNOWN_REPRODUCTION",
    });
    expect(await (await box.fetch("/v1/reproductions?type=kitchen/tray&id=nobody")).json()).toBeNull();
    const own = "  transport:\n    type: io.statefun.transports.v1/async\n    headers:\n      - X-Signalbox-Replay: '1'\n";
    const refused = await box.fetch("/v1/modules/kitchen", { method: "PUT", body: yaml(own) });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("no module may send it");
  });

  test("is searched for by a condition over the state too, for an entity that never failed", async () => {
    await put("eve", ["cup", "fork", "plate", "spoon", "fork"]);
    const of = { type: "kitchen/tray", id: "eve" };
    await box.until("/v1/entities/kitchen/tray/eve", (body) => (body as { status?: string }).status === "idle");
    await box.until("/v1/history?type=kitchen/tray&id=eve", (body) => {
      const { items } = body as { items: { messagesTotal: number }[] };
      return items.reduce((sum, { messagesTotal }) => sum + messagesTotal, 0) === 5;
    });
    const until = 'state.items.exists(item, item == "plate") && state.items.exists(item, item == "cup")';
    expect((await post("/v1/reproductions", { ...of, until })).status).toBe(200);
    const found = await ended("kitchen/tray", "eve");
    expect(found).toMatchObject({ state: "found", considered: 5, wanted: null, until, got: null });
    expect(textsOf(found)).toEqual(['{"name":"cup"}', '{"name":"plate"}']);

    expect((await post("/v1/reproductions", { ...of, until: "size(state.items) > 90" })).status).toBe(200);
    expect(await ended("kitchen/tray", "eve")).toMatchObject({ state: "not-reproduced" });
    expect(await problemOf(await post("/v1/reproductions", { ...of, until: "!has(state.items)" }))).toMatchObject({
      status: 409,
      code: "NOTHING_TO_REPRODUCE",
    });
    const wrong = await post("/v1/reproductions", { ...of, until: "total < 0" });
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("There is no field total")]);
  });

  test("is forgotten with the records that a restore takes back", async () => {
    const taken = (await (await post("/v1/savepoints", {})).json()) as { id: string };
    expect(await (await box.fetch("/v1/reproductions?type=kitchen/tray&id=ann")).json()).not.toBeNull();
    expect((await box.fetch(`/v1/savepoints/${taken.id}:restore`, { method: "POST" })).ok).toBe(true);
    await box.until("/v1/reproductions?type=kitchen/tray&id=ann", (body) => body === null);
  });

  test("stands in the audit with the person who began it", async () => {
    const audit = await (await box.fetch("/v1/audit?text=reproductions.start")).text();
    expect(audit).toContain('"reproductions.start"');
    expect(audit).toContain("6 messages, at most 2000 calls");
  });
});
