/**
 * The suite of every ingress that reads from another system and has positions (timed-conformance.ts and door-conformance.ts have the
 * others). A kind gives a source that the test fills and breaks. The rest is the framework's promise: order, resuming from the position,
 * back-pressure, reconnection, restores.
 */
import { EngineError } from "@signalbox/runtime";
import { afterEach, describe, expect, test } from "vitest";
import type { Connector } from "../../src/connectors/connector.ts";
import { connectorStand, type ConnectorStand } from "./connector-stand.ts";
import { settled, until } from "./manual-clock.ts";

/** The system outside: a topic, a stream, a list. */
export interface TestSource {
  readonly connector: Connector;
  readonly spec: unknown;
  /** Adds the texts in this order, after what is there. */
  put(...texts: readonly string[]): void;
  /** Cuts off the present reader; the next one may come. */
  breakOff(): void;
  /** While it is down, nobody can connect. */
  down(isDown: boolean): void;
  /** The number of open connections. */
  open(): number;
  /** The number of records that the source was told are durable. */
  durable(): number;
}

/** `manyRecords` is more than may wait at once; it is smaller where the source of a test is slow. */
export function ingressConformance(
  kind: Connector,
  name: string,
  { makeSource, manyRecords = 10_000 }: { makeSource: () => TestSource; manyRecords?: number },
): void {
  describe(`the ingress ${name}`, () => {
    test("has the kind of its shape", () => expect(makeSource().connector.kind).toBe(kind.kind));

    let stand: ConnectorStand | undefined;
    afterEach(() => stand?.supervisor.close());

    const begun = async (source: TestSource, engine?: ConnectorStand["engine"]): Promise<ConnectorStand> => {
      await stand?.supervisor.close();
      stand = connectorStand(source.connector, source.spec, engine);
      await stand.begin();
      return stand;
    };

    test("opens, takes the existing records in order, and closes what it opened", async () => {
      const source = makeSource();
      source.put("a", "b", "c");
      const { engine, clock, supervisor } = await begun(source);
      await until(clock, () => engine.taken.length === 3);
      expect(engine.texts()).toEqual(["a", "b", "c"]);
      expect(source.open()).toBe(1);
      await supervisor.close();
      expect(source.open()).toBe(0);
      expect(clock.waiting).toBe(0);
    });

    test("goes on from its position after a restart, and takes nothing twice", async () => {
      const source = makeSource();
      source.put("a", "b");
      const first = await begun(source);
      await until(first.clock, () => first.engine.taken.length === 2);
      const { engine, clock } = await begun(source, first.engine);
      source.put("c");
      await until(clock, () => engine.taken.length === 3);
      expect(engine.texts()).toEqual(["a", "b", "c"]);
    });

    test("tells its source which records are durable once they are, not before", async () => {
      const source = makeSource();
      let letGo: () => void = () => undefined;
      const { engine, clock } = await begun(source);
      engine.gate = new Promise((resolve) => {
        letGo = resolve;
      });
      source.put("a");
      await settled();
      expect(source.durable()).toBe(0);
      letGo();
      await until(clock, () => source.durable() === 1);
    });

    test("is held back while the engine has no room, says so, and loses nothing", async () => {
      const source = makeSource();
      const { engine, clock, state } = await begun(source);
      for (let times = 0; times < 5; times++)
        engine.refusals.push({ error: new EngineError("OVERLOADED", "too much waits", "Wait.", 1000), after: false });
      source.put("a", "b");
      await until(clock, () => state() === "held-back");
      await until(clock, () => engine.taken.length === 2);
      expect(engine.texts()).toEqual(["a", "b"]);
      await until(clock, () => state() === "running");
    });

    test("reads no more than fits while its records are not taken", async () => {
      const source = makeSource();
      const { engine, clock } = await begun(source);
      let letGo: () => void = () => undefined;
      engine.gate = new Promise((resolve) => {
        letGo = resolve;
      });
      const texts = Array.from({ length: manyRecords }, (_, index) => String(index));
      source.put(...texts);
      await settled();
      letGo();
      await until(clock, () => engine.taken.length === texts.length);
      expect(engine.texts()).toEqual(texts);
      expect(Math.max(...engine.batches)).toBeLessThanOrEqual(1000);
    });

    test("takes a batch once when its answer was lost", async () => {
      const source = makeSource();
      const { engine, clock } = await begun(source);
      engine.refusals.push({ error: new EngineError("STORE_FAILED", "not acknowledged", "Wait."), after: true });
      source.put("a", "b");
      await until(clock, () => engine.taken.length === 2);
      // It is taken only after the first batch, which was asked for again.
      source.put("c");
      await until(clock, () => engine.taken.length === 3);
      expect(engine.texts()).toEqual(["a", "b", "c"]);
    });

    test("comes back by itself after it was cut off and while it cannot connect", async () => {
      const source = makeSource();
      const { engine, clock, state } = await begun(source);
      source.put("a");
      await until(clock, () => engine.taken.length === 1);
      source.down(true);
      source.breakOff();
      await until(clock, () => state() === "waiting");
      source.down(false);
      source.put("b");
      await until(clock, () => engine.taken.length === 2);
      expect(engine.texts()).toEqual(["a", "b"]);
      expect(state()).toBe("running");
      expect(source.open()).toBe(1);
    });

    test("reads again from a savepoint's position after a restore, also when nothing new comes", async () => {
      const source = makeSource();
      source.put("a");
      const { engine, clock } = await begun(source);
      await until(clock, () => engine.taken.length === 1);
      const restore = engine.savepoint();
      source.put("b");
      await until(clock, () => engine.taken.length === 2);
      restore();
      expect(engine.texts()).toEqual(["a"]);
      await until(clock, () => engine.taken.length === 2);
      expect(engine.texts()).toEqual(["a", "b"]);
    });
  });
}
