/**
 * The suite of every ingress that makes its messages by the clock. A kind says when which is due. The rest is the framework's promise: each
 * once, in order, over restarts, restores, lost answers and an engine without room.
 */
import { EngineError } from "@signalbox/runtime";
import { afterEach, describe, expect, test } from "vitest";
import type { Connector } from "../../src/connectors/connector.ts";
import { connectorStand, type ConnectorStand } from "./connector-stand.ts";
import { until } from "./manual-clock.ts";

export interface TestTimed {
  readonly spec: unknown;
  /** The next `count` due moments after this one. */
  dueAfter(ms: number, count: number): readonly number[];
  /** The moment that a message tells. */
  dueOf(text: string): number;
}

export function timedConformance(kind: Connector, name: string, timed: TestTimed): void {
  describe(`the ingress ${name}`, () => {
    let stand: ConnectorStand | undefined;
    afterEach(() => stand?.supervisor.close());

    const begun = async (before?: ConnectorStand): Promise<ConnectorStand> => {
      await before?.supervisor.close();
      const made = connectorStand(kind, timed.spec, before?.engine);
      if (before !== undefined) made.clock.set(before.clock.nowMs());
      stand = made;
      await made.begin();
      await until(made.clock, () => made.state() === "running" && made.engine.positions.size === 1);
      return made;
    };
    const dues = ({ engine }: ConnectorStand): number[] => engine.texts().map((text) => timed.dueOf(text));

    test("hands over due runs in order, and closes what it opened", async () => {
      const one = await begun();
      const startMs = one.clock.nowMs();
      await until(one.clock, () => one.engine.taken.length === 5);
      expect(dues(one)).toEqual(timed.dueAfter(startMs, 5));
      await one.supervisor.close();
      expect([one.clock.waiting, one.warned]).toEqual([0, []]);
    });

    test("goes on from its position after a restart, and hands nothing over twice", async () => {
      const first = await begun();
      const startMs = first.clock.nowMs();
      await until(first.clock, () => first.engine.taken.length === 2);
      const second = await begun(first);
      await until(second.clock, () => second.engine.taken.length === 5);
      expect(dues(second)).toEqual(timed.dueAfter(startMs, 5));
    });

    test("is held back while the engine has no room, says so, and loses nothing", async () => {
      const one = await begun();
      const startMs = one.clock.nowMs();
      for (let times = 0; times < 3; times++)
        one.engine.refusals.push({ error: new EngineError("OVERLOADED", "too much waits", "Wait.", 1000), after: false });
      await until(one.clock, () => one.state() === "held-back");
      await until(one.clock, () => one.engine.taken.length === 3 && one.state() === "running");
      expect(dues(one)).toEqual(timed.dueAfter(startMs, 3));
    });

    test("hands a run over once when its answer was lost", async () => {
      const one = await begun();
      const startMs = one.clock.nowMs();
      one.engine.refusals.push({ error: new EngineError("STORE_FAILED", "not acknowledged", "Wait."), after: true });
      await until(one.clock, () => one.engine.taken.length === 3);
      expect(dues(one)).toEqual(timed.dueAfter(startMs, 3));
    });

    test("goes back with a restored savepoint", async () => {
      const one = await begun();
      const startMs = one.clock.nowMs();
      await until(one.clock, () => one.engine.taken.length === 1);
      const restore = one.engine.savepoint();
      await until(one.clock, () => one.engine.taken.length === 2);
      restore();
      await until(one.clock, () => one.engine.taken.length === 3);
      expect(dues(one)).toEqual(timed.dueAfter(startMs, 3));
    });
  });
}
