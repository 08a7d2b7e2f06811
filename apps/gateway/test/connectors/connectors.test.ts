/** The framework of connectors over kinds in memory: the conformance suites, and what happens to a connector that fails. */
import { describe, expect, test } from "vitest";
import { backoffMs } from "../../src/connectors/backoff.ts";
import { ingress, type IngressContext } from "../../src/connectors/connector.ts";
import { ConnectorFailure } from "../../src/connectors/connector-failure.ts";
import { connectorStateKinds, nextState, type ConnectorEvent, type ConnectorState } from "../../src/connectors/connector-state.ts";
import { InvalidRecord } from "../../src/connectors/invalid-record.ts";
import { ConnectorRefused } from "../../src/connectors/supervisor.ts";
import { connectorStand, declare } from "./connector-stand.ts";
import { egressConformance } from "./egress-conformance.ts";
import { ingressConformance } from "./ingress-conformance.ts";
import { memoryReceiver, memorySource } from "./memory-kinds.ts";
import { settled, until } from "./manual-clock.ts";

ingressConformance(memorySource().connector, "over a list", { makeSource: memorySource });
egressConformance(memoryReceiver().connector, "into a list", memoryReceiver);

const problem = { what: "what", cure: "cure" };

function kindThat(open: (context: IngressContext) => Promise<{ ended?: Promise<void>; close(): Promise<void> }>, opensWithModule?: true) {
  return ingress({
    direction: "ingress",
    kind: "test.odd.v1/ingress",
    word: "odd",
    meaning: "Does what the test says.",
    shape: {},
    ...(opensWithModule === undefined ? {} : { opensWithModule }),
    read: () => ({ id: "shop/odd", spec: {}, claims: [] }),
    open: (_spec, context) => open(context),
  });
}

describe("the states of a connector", () => {
  const events: readonly ConnectorEvent[] = [
    { kind: "opened" },
    { kind: "failed", ...problem, untilMs: 9 },
    { kind: "refused", ...problem },
    { kind: "held", ...problem },
    { kind: "released" },
    { kind: "retried" },
    { kind: "stopped", ...problem },
  ];
  const at = (kind: ConnectorState["kind"]): ConnectorState =>
    kind === "waiting"
      ? { kind, sinceMs: 1, untilMs: 2, ...problem }
      : kind === "opening" || kind === "running"
        ? { kind, sinceMs: 1 }
        : { kind, sinceMs: 1, ...problem };

  test("lead from each by each event to one of them, and out of stopped only when a person starts it", () => {
    const reached = new Set<string>();
    for (const kind of connectorStateKinds)
      for (const event of events) {
        const next = nextState(at(kind), event, 5);
        reached.add(next.kind);
        if (kind === "stopped" && event.kind !== "retried") expect(next).toEqual(at("stopped"));
        expect(next.sinceMs).toBe(next.kind === kind ? 1 : 5);
      }
    expect([...reached].sort()).toEqual([...connectorStateKinds].sort());
  });

  test("keep cause and cure, and the time of the next attempt", () => {
    expect(nextState(at("running"), { kind: "failed", ...problem, untilMs: 9 }, 5)).toEqual({
      kind: "waiting",
      sinceMs: 5,
      untilMs: 9,
      ...problem,
    });
    expect(nextState(at("held-back"), { kind: "released" }, 5)).toEqual({ kind: "running", sinceMs: 5 });
  });
});

test("waits grow, to a most, and differ", () => {
  const bounds = { firstMs: 100, mostMs: 1000 };
  expect([0, 1, 2, 9, 99].map((attempts) => backoffMs(attempts, 1, bounds))).toEqual([100, 200, 400, 1000, 1000]);
  expect(backoffMs(0, 0, bounds)).toBe(50);
});

test("a connector that is closed while it opens may lose its connection, and nothing stops", async () => {
  // Node ends a process when nobody handles a rejection.
  const unheard: unknown[] = [];
  const hear = (reason: unknown): void => void unheard.push(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", hear);
  try {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const cut = Promise.withResolvers<void>();
    const kind = kindThat(async () => {
      asked.resolve();
      await answer.promise;
      return { ended: cut.promise, close: async () => cut.reject(new ConnectorFailure("wait", { what: "cut", cure: "" })) };
    });
    const stand = connectorStand(kind, {});
    const began = stand.begin();
    await asked.promise;
    const closed = stand.supervisor.close();
    answer.resolve();
    await Promise.all([began, closed]);
    // Node reports an unhandled rejection after all promise callbacks have run.
    await new Promise<void>((resolve) => void setImmediate(() => setImmediate(resolve)));
    expect(unheard).toEqual([]);
  } finally {
    process.removeListener("unhandledRejection", hear);
    for (const other of others) process.on("unhandledRejection", other);
  }
});

describe("a connector that throws", () => {
  test("is waiting with its error, is opened again, and nothing else stops", async () => {
    let opened = 0;
    const odd = kindThat(async () => {
      if (opened++ < 3) throw new Error(`no ${opened}`);
      return { close: async () => undefined };
    });
    const { begin, state, supervisor, clock, warned } = connectorStand(odd, {});
    await begin();
    await until(clock, () => state() === "waiting");
    expect(supervisor.views()[0]?.state).toMatchObject({ what: expect.stringMatching(/^no /), untilMs: expect.any(Number) });
    await until(clock, () => state() === "running");
    expect(opened).toBe(4);
    expect(warned).toHaveLength(3);
    await supervisor.close();
    expect(supervisor.views()).toEqual([]);
  });

  test("for its configuration is refused until a person has it tried again", async () => {
    let right = false;
    const odd = kindThat(async () => {
      if (!right) throw new ConnectorFailure("refused", { what: "no such topic", cure: "Create it." });
      return { close: async () => undefined };
    });
    const { begin, state, supervisor, clock } = connectorStand(odd, {});
    await begin();
    await until(clock, () => state() === "refused");
    await settled();
    expect([clock.waiting, supervisor.views()[0]?.state]).toMatchObject([0, { what: "no such topic", cure: "Create it." }]);
    right = true;
    expect(supervisor.retry("ingress", "shop/io")).toBe(true);
    expect(supervisor.retry("ingress", "shop/none")).toBe(false);
    await until(clock, () => state() === "running");
    await supervisor.close();
  });

  test("is held back with its reason while it cannot go on, and runs when it can", async () => {
    let slowed: IngressContext["slowed"] = () => undefined;
    const odd = kindThat(async (context) => {
      slowed = context.slowed;
      return { close: async () => undefined };
    });
    const { begin, state, supervisor, clock } = connectorStand(odd, {});
    await begin();
    await until(clock, () => state() === "running");
    slowed({ what: "it is throttled", cure: "Add shards." });
    expect(supervisor.views()[0]?.state).toMatchObject({ kind: "held-back", what: "it is throttled", cure: "Add shards." });
    slowed(undefined);
    expect(state()).toBe("running");
    await supervisor.close();
  });

  test("while its module is applied refuses the module, and the connectors of before are open again", async () => {
    const open: string[] = [];
    let fails = false;
    const odd = kindThat(async () => {
      if (fails) throw new ConnectorFailure("wait", { what: "the port is taken", cure: "Free it." });
      open.push("open");
      return { close: async () => void open.pop() };
    }, true);
    const { supervisor, clock, warned } = connectorStand(odd, {});
    const first = declare(odd, { port: 1 });
    await supervisor.prepare([first]);
    fails = true;
    const second = { ...declare(odd, { port: 2 }), claims: first.claims };
    const refused = supervisor.prepare([second]).catch((error: unknown) => {
      fails = false;
      return error;
    });
    await expect(refused).resolves.toBeInstanceOf(ConnectorRefused);
    await until(clock, () => open.length === 1);
    expect(supervisor.views()).toMatchObject([{ id: "shop/io" }]);
    expect(warned.filter((message) => message.includes("taken")).length).toBeLessThanOrEqual(1);
    await supervisor.close();
    expect(open).toEqual([]);
  });
});

describe("a connector that a person stops", () => {
  test("stays stopped over restarts, keeps its waiting records, and goes on once it is started", async () => {
    const receiver = memoryReceiver();
    const first = connectorStand(receiver.connector, receiver.spec);
    await first.begin();
    expect(await first.supervisor.stop("egress", "shop/io", true)).toBe(true);
    await until(first.clock, () => first.state() === "stopped");
    expect(receiver.open()).toBe(0);
    await first.supervisor.close();
    const { begin, supervisor, engine, clock, state } = connectorStand(receiver.connector, receiver.spec, first.engine);
    await begin();
    engine.put("shop/io", "a");
    await until(clock, () => state() === "stopped");
    supervisor.retry("egress", "shop/io");
    await settled();
    expect([state(), engine.outbox.length, clock.waiting]).toEqual(["stopped", 1, 0]);
    await supervisor.stop("egress", "shop/io", false);
    await until(clock, () => engine.outbox.length === 0);
    expect([state(), receiver.received()]).toEqual(["running", ["a"]]);
    expect(await supervisor.stop("egress", "shop/none", true)).toBe(false);
    await supervisor.close();
  });
});

describe("an ingress that a person moves", () => {
  test("says which records it reads again, and reads them, also while it is stopped", async () => {
    const source = memorySource();
    source.put("a", "b", "c");
    const { begin, supervisor, engine, clock, state } = connectorStand(source.connector, source.spec);
    await begin();
    await until(clock, () => engine.taken.length === 3);
    const to = { kind: "positions", positions: { "": "1" } } as const;
    expect(await supervisor.seek("shop/io", to, "only what it would do")).toMatchObject([{ from: "3", to: "1", again: 2 }]);
    expect(engine.taken).toHaveLength(3);
    await supervisor.stop("ingress", "shop/io", true);
    await until(clock, () => state() === "stopped");
    expect(await supervisor.seek("shop/io", to)).toMatchObject([{ to: "1" }]);
    await supervisor.stop("ingress", "shop/io", false);
    await until(clock, () => engine.taken.length === 5);
    expect(engine.texts()).toEqual(["a", "b", "c", "b", "c"]);
    expect(await supervisor.seek("shop/none", to)).toBeUndefined();
    await supervisor.close();
  });

  test("to a wrong position says what is wrong, and goes on where it was", async () => {
    const source = memorySource();
    const { begin, supervisor, engine, clock, state } = connectorStand(source.connector, source.spec);
    await begin();
    await expect(supervisor.seek("shop/io", { kind: "earliest" })).rejects.toThrow("positions only");
    source.put("a");
    await until(clock, () => engine.taken.length === 1);
    expect(state()).toBe("running");
    await supervisor.close();
  });
});

test("a record that can never become a message is reported before any record of its batch is taken", async () => {
  let told: unknown;
  const value = { typename: "t/v", bytes: Buffer.from("a") };
  const good = { target: { type: "shop/cart", id: "anna" }, value };
  const odd = kindThat(async (context) => {
    const large = { ...good, value: { typename: "t/v", bytes: Buffer.alloc(2000) } };
    told = await context.accept([good, large], { position: "2" }).catch((error: unknown) => error);
    // The connector decides to skip the record.
    await context.accept([good], { position: "2" });
    return { close: async () => undefined };
  });
  const { begin, clock, engine, supervisor } = connectorStand(odd, {});
  await begin();
  await until(clock, () => engine.taken.length === 1);
  expect(told).toBeInstanceOf(InvalidRecord);
  expect(told).toMatchObject({ index: 1, message: expect.stringContaining("2000 bytes") });
  expect([...engine.positions.values()]).toEqual([{ sequence: 1, text: "2" }]);
  await supervisor.close();
});

test("records that are handed over at the moment when earlier ones became durable are taken", async () => {
  let reached: (() => void) | undefined;
  const value = { typename: "t/v", bytes: Buffer.from("a") };
  const odd = ingress({
    ...kindThat(async () => ({ close: async () => undefined })),
    open: async (_spec, context: IngressContext) => {
      const reading = (async () => {
        await context.wait(1);
        for (let position = 1; position <= 8; position++) {
          const durable = new Promise<void>((resolve) => {
            reached = resolve;
          });
          await context.accept([{ target: { type: "shop/cart", id: "anna" }, value }], { position: String(position) });
          await durable;
          for (let turn = 0; turn < position; turn++) await Promise.resolve();
        }
      })();
      return { durable: () => reached?.(), close: () => Promise.resolve(), ended: reading.then(() => new Promise<void>(() => undefined)) };
    },
  });
  const { begin, clock, engine, supervisor } = connectorStand(odd, {});
  await begin();
  await until(clock, () => engine.taken.length === 8);
  await supervisor.close();
});
