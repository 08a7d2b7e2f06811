/**
 * What the API says of things that are gone: after a restore, of a message that waits, of a number that never existed, and of what a
 * restore costs.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";
import { callerOf, type Caller } from "../support/caller.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;
const valueType = "io.statefun.types/string";

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 1 } });
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function sent(id: string, type = "test/visits"): Promise<number> {
  const text = type === "test/total" ? "1" : '"x"';
  const { traceId } = await caller.send.message({ type, id, valueType: type === "test/total" ? "io.statefun.types/int" : valueType, text });
  await box.gateway.core.engine.settled();
  return traceId;
}

describe("a trace", () => {
  test("with an unknown number is reported as absent", async () => {
    await sent("first");
    const { story, records } = await caller.traces.get({ trace: 999_999 });
    expect(records).toEqual([]);
    expect(story).toMatchObject({ kind: "never", newest: expect.any(Number) });
  });

  test("with the number of a record or of a later message leads to its trace", async () => {
    const trace = await sent("numbered");
    const { records } = await caller.traces.get({ trace });
    const [record] = records;
    const [told] = record?.sent ?? [];
    expect((await caller.traces.get({ trace: record?.sequence ?? 0 })).story).toMatchObject({ kind: "other", what: "record", trace });
    expect((await caller.traces.get({ trace: told?.sequence ?? 0 })).story).toMatchObject({ kind: "other", what: "message", trace });
  });

  test("that no call has consumed says where its message waits and why", async () => {
    await sent("held");
    await caller.entities.act({ type: "test/visits", id: "held", action: "pause" });
    const trace = await sent("held");
    const { story } = await caller.traces.get({ trace });
    expect(story).toMatchObject({
      kind: "waiting",
      message: { target: { type: "test/visits", id: "held" } },
      wait: { status: "paused", mailboxDepth: 1, waitReason: { kind: "paused" } },
    });
    await caller.entities.act({ type: "test/visits", id: "held", action: "resume" });
    await box.gateway.core.engine.settled();
    expect(await caller.traces.get({ trace })).toMatchObject({ complete: true, story: { kind: "told" } });
  });

  test("that goes on names the entity at which it waits", async () => {
    await sent("all", "test/total");
    await caller.entities.act({ type: "test/total", id: "all", action: "pause" });
    const trace = await sent("goes-on");
    expect(await caller.traces.get({ trace })).toMatchObject({
      complete: false,
      waits: [{ address: { type: "test/total", id: "all" }, waitReason: { kind: "paused" } }],
    });
    await caller.entities.act({ type: "test/total", id: "all", action: "resume" });
    await box.gateway.core.engine.settled();
  });
});

describe("a restore", () => {
  test("is counted before, and afterwards the past says what became of each record", async () => {
    const kept = await sent("kept");
    const savepoint = await caller.savepoints.take();
    const undone = await sent("undone");
    const before = await caller.savepoints.impact({ id: savepoint.id });
    expect(before).toMatchObject({
      undone: { messagesIn: 1, entities: 2, acts: 0, atLeast: false },
      egresses: expect.arrayContaining([
        { egress: "test/greetings", since: 1, kept: savepoint.egressRecords, dropped: 1, repeated: 0, atLeast: false },
      ]),
    });
    // It was fetched after the savepoint, so it is in the savepoint and would be handed out again.
    const [head] = await box.gateway.core.engine.egressRecords({ egress: "test/greetings", limit: 1 });
    await box.gateway.core.engine.egressAcknowledge("test/greetings", head?.sequence ?? 0);
    expect((await caller.savepoints.impact({ id: savepoint.id })).egresses).toContainEqual(
      expect.objectContaining({ egress: "test/greetings", kept: savepoint.egressRecords - 1, repeated: 1 }),
    );

    const restored = await caller.savepoints.restore({ id: savepoint.id });
    expect(await caller.savepoints.restoring()).toBeNull();
    expect((await caller.savepoints.list()).find(({ id }) => id === restored.before)).toMatchObject({
      origin: "before-restore",
      status: "ready",
    });
    expect(await caller.savepoints.eras()).toMatchObject([{ number: 2, savepoint: { name: savepoint.id } }]);

    expect(await caller.traces.get({ trace: undone })).toMatchObject({
      complete: true,
      story: { kind: "told", past: { era: 1, undone: { savepoint: savepoint.id }, keptIn: null } },
    });
    expect(await caller.traces.get({ trace: kept })).toMatchObject({
      story: { kind: "told", past: { undone: null, keptIn: savepoint.id } },
    });
    const { items, reach } = await caller.entities.history({ type: "test/visits", id: "undone", limit: 10 });
    expect(items).toMatchObject([{ past: { era: 1, undone: { savepoint: savepoint.id } } }]);
    expect(reach).toMatchObject({ sequence: expect.any(Number) });
    expect((await caller.traces.list({ limit: 1 })).items[0]).toMatchObject({ trace: undone, past: { era: 1 } });
    expect((await caller.traces.get({ trace: await sent("after") })).story).toMatchObject({ kind: "told", past: null });
  });

  test("keeps its ledger: what was there and came since, what was undone, which egress records left or came again, and who did it", async () => {
    const savepoint = await caller.savepoints.take();
    await sent("in-the-ledger");
    const [head] = await box.gateway.core.engine.egressRecords({ egress: "test/greetings", limit: 1 });
    await box.gateway.core.engine.egressAcknowledge("test/greetings", head?.sequence ?? 0);
    const restored = await caller.savepoints.restore({ id: savepoint.id });
    const era = (await caller.savepoints.eras()).at(-1)?.number ?? 0;
    const first = await caller.savepoints.ledger({ era });
    expect(first).toMatchObject({
      era,
      by: { name: expect.any(String), door: "console" },
      savepoint: { name: savepoint.id, epoch: savepoint.epoch },
      before: { id: restored.before, entities: savepoint.entities + 1 },
      restored: { id: savepoint.id, entities: savepoint.entities, egressRecords: savepoint.egressRecords },
      undone: { messagesIn: 1, entities: 2, acts: 0, atLeast: false },
      egresses: [{ egress: "test/greetings", since: 1, kept: savepoint.egressRecords - 1, dropped: 1, repeated: 1, atLeast: false }],
    });
    // What came later does not belong to it, and two callers at once count nothing twice.
    await sent("after-the-ledger");
    expect(await Promise.all([caller.savepoints.ledger({ era }), caller.savepoints.ledger({ era })])).toEqual([first, first]);
    expect(await (await box.fetch(`/v1/eras/${era}/ledger`)).json()).toEqual(first);
    await caller.savepoints.remove({ id: restored.before });
    expect(await caller.savepoints.ledger({ era })).toMatchObject({ before: null, egresses: null, undone: { messagesIn: 1 } });
    expect(await caller.savepoints.ledger({ era: 10_000 })).toBeNull();
  });

  test("takes a waiting message back: its trace says so", async () => {
    const savepoint = await caller.savepoints.take();
    await sent("dropped");
    await caller.entities.act({ type: "test/visits", id: "dropped", action: "pause" });
    const trace = await sent("dropped");
    await caller.savepoints.restore({ id: savepoint.id });
    expect((await caller.traces.get({ trace })).story).toMatchObject({ kind: "undone", past: { undone: { savepoint: savepoint.id } } });
  });

  test("lists types of before as such, and the API names them too", async () => {
    const savepoint = await caller.savepoints.take();
    await caller.modules.put({ name: "late", yaml: moduleYaml(functions.url).split("---")[0]?.replace("test/*", "late/thing") ?? "" });
    expect((await caller.functions.types()).find(({ type }) => type === "late/thing")).toMatchObject({ known: "now" });
    await caller.modules.remove({ name: "late" });
    await caller.modules.put({ name: "late", yaml: moduleYaml(functions.url).split("---")[0]?.replace("test/*", "late/thing") ?? "" });
    await caller.savepoints.restore({ id: savepoint.id });
    await caller.modules.remove({ name: "late" });
    expect((await caller.functions.types()).find(({ type }) => type === "late/thing")).toMatchObject({
      known: "before",
      knownBefore: { savepoint: savepoint.id },
    });
    const { knownBefore } = (await (await box.fetch("/v1/functions")).json()) as { knownBefore: { type: string }[] };
    expect(knownBefore.map(({ type }) => type)).toContain("late/thing");
  });

  test("refuses a message over HTTP with 503, a code and Retry-After until it is done", async () => {
    const savepoint = await caller.savepoints.take();
    const { engine } = box.gateway.core;
    let answer: Response | undefined;
    const path = (await caller.savepoints.list()).find(({ id }) => id === savepoint.id)?.path ?? "";
    await engine.restoreSavepoint(path, {
      before: async () => {
        answer = await box.fetch("/v1/messages/test/visits/late", { method: "POST", body: "x" });
      },
    });
    expect(answer?.status).toBe(503);
    expect(answer?.headers.get("retry-after")).toBe("1");
    expect(await answer?.json()).toMatchObject({ code: "ENGINE_RESTORING", cure: expect.stringMatching(/again/) });
    expect((await box.fetch("/v1/messages/test/visits/late", { method: "POST", body: "x" })).status).toBe(202);
  });
});

describe("functions", () => {
  test("a type that a check has shown is listed once its endpoint is registered, before its first message", async () => {
    const check = await caller.functions.check({ urlTemplate: functions.url, functions: "test/*", typeNames: ["test/total"] });
    expect(check.types).toMatchObject([{ type: "test/total", served: true }]);
    await caller.modules.remove({ name: "test" });
    const fresh = await startGateway();
    try {
      const other = await callerOf(fresh);
      await other.functions.check({ urlTemplate: functions.url, functions: "test/*", typeNames: ["test/total", "test/visits"] });
      expect(await other.functions.types()).toEqual([]);
      await other.functions.register({ urlTemplate: functions.url, functions: "test/*", typeNames: ["test/total", "test/visits"] });
      expect(await other.functions.types()).toMatchObject([
        { type: "test/total", known: "checked", endpoint: "test/*", states: [{ name: "sum" }] },
        { type: "test/visits", known: "checked", endpoint: "test/*" },
      ]);
    } finally {
      await fresh[Symbol.asyncDispose]();
    }
    await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
  });
});

describe("the HTTP API", () => {
  test("tells an endpoint's breaker, why an entity waits and the raw text of its failure", async () => {
    await caller.send.message({ type: "test/visits", id: "bad", valueType, text: '"fail"' });
    await box.until("/v1/entities/test/visits/bad", (body) => (body as { status?: string }).status === "parked");
    expect(await (await box.fetch("/v1/entities/test/visits/bad")).json()).toMatchObject({
      endpoint: "test/*",
      attempts: 1,
      failure: { code: "ENDPOINT_ERROR", scope: expect.any(String), raw: null },
      waitReason: { kind: "parked", attempts: 1, failure: { code: "ENDPOINT_ERROR" } },
      mailbox: [{ from: null, typename: valueType, value: "fail" }],
    });
    expect(await (await box.fetch("/v1/endpoints")).json()).toMatchObject({
      endpoints: [{ id: "test/*", module: "test", breaker: "closed", openedBy: [], maxNumBatchRequests: expect.any(Number) }],
    });
  });

  test.each([
    ["a parameter", "?longs=text", {}],
    ["Accept", "", { accept: "application/json; longs=text" }],
  ])("writes longs beyond 2^53 as texts where %s asks", async (_what, query, headers) => {
    await sent("big");
    const path = "/v1/entities/test/visits/big";
    await box.fetch(path, { method: "PATCH", body: '{"name":"big","value":{"n":9007199254740993,"small":1}}' });
    expect(await (await box.fetch(path + query, { headers })).text()).toContain('{"n":"9007199254740993","small":1}');
    expect(await (await box.fetch(path)).text()).toContain('{"n":9007199254740993,"small":1}');
  });

  test("refuses another name for the form of longs", async () => {
    expect((await box.fetch("/v1/entities/test/visits/big?longs=yes")).status).toBe(400);
  });
});

describe("a message that a person sends", () => {
  test("again under the same key after no answer counts once, and says so", async () => {
    const message = { type: "test/visits", id: "twice", valueType, text: '"x"', idempotencyKey: "console-1" };
    const first = await caller.send.message(message);
    expect(await caller.send.message(message)).toEqual({ ...first, repeated: true });
    await box.gateway.core.engine.settled();
    expect(await caller.entities.get({ type: "test/visits", id: "twice" })).toMatchObject({
      state: [{ name: "seen", value: { text: "1" } }, {}],
    });
  });

  test("many times reports how far it was accepted, with the refusal of the rest", async () => {
    const { engine } = box.gateway.core;
    const savepoint = await caller.savepoints.take();
    let sending: ReturnType<typeof caller.send.many> | undefined;
    await engine.restoreSavepoint(savepoint.path, {
      before: async () => {
        sending = caller.send.many({ type: "test/visits", id: "refused", valueType, text: '"x"', count: 3, counterIn: "body" });
        await sending.catch(() => undefined);
      },
    });
    // All of them were refused: nothing was accepted, so the call throws.
    await expect(sending).rejects.toThrow("restored");
    expect(await caller.send.many({ type: "test/visits", id: "all", valueType, text: '"x"', count: 3, counterIn: "body" })).toEqual({
      accepted: 3,
      firstTraceId: expect.any(Number),
      refusal: null,
    });
  });
});

describe("doors", () => {
  test("an egress is read page by page with its values, and looking removes nothing", async () => {
    await sent("doors-1");
    await sent("doors-2");
    const first = await caller.doors.egress({ egress: "test/greetings", limit: 1 });
    expect(first).toMatchObject({ kind: "log", module: "test", records: [{ value: { as: "json" }, from: { type: "test/visits" } }] });
    const rest = await caller.doors.egress({ egress: "test/greetings", limit: 500, cursor: first.cursor });
    expect(rest.records.length).toBe(first.waitingRecords - 1);
    expect(await caller.doors.egress({ egress: "no/where", limit: 5 })).toMatchObject({ kind: "undeclared", records: [], cursor: null });
  });

  test("the tail's past is the journal's newest rows, as the live tail writes them", async () => {
    const trace = await sent("past");
    const { rows, cursor } = await caller.flow.past({ limit: 2 });
    expect(rows.map(({ trace: of }) => of)).toContain(trace);
    expect(rows[0]?.sequence ?? 0).toBeGreaterThan(rows[1]?.sequence ?? Infinity);
    expect(rows.find(({ address }) => address.id === "past")).toMatchObject({ status: "completed", preview: '"x"', word: "completed" });
    expect(cursor).not.toBeNull();
  });
});

describe("failures", () => {
  test("an endpoint that is down is one cause, with the messages that wait for it and the entities that found out", async () => {
    await caller.modules.put({ name: "down", yaml: moduleYaml("http://127.0.0.1:9/").split("---")[0]?.replace("test/*", "down/*") ?? "" });
    await caller.send.message({ type: "down/thing", id: "a", valueType, text: '"x"' });
    await expect
      .poll(async () => (await caller.failures.groups()).find(({ type }) => type === "down/*"))
      .toMatchObject({
        code: "ENDPOINT_REFUSED",
        status: "waiting",
        waitingMessages: 1,
        sample: [{ address: { type: "down/thing", id: "a" } }],
      });
    await caller.modules.remove({ name: "down" });
  });
});
