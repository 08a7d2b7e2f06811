/**
 * The suite of every egress that delivers nothing by itself: records stay until somebody asks for them. A kind gives the way to ask for the
 * next. The rest is the framework's promise: order, each record once, nothing removed before it was handed out, and what is left is still
 * there after a restart.
 */
import type { TypedValue } from "@signalbox/runtime";
import { afterEach, describe, expect, test } from "vitest";
import type { Connector } from "../../src/connectors/connector.ts";
import { connectorStand, type ConnectorStand } from "./connector-stand.ts";
import { settled, until } from "./manual-clock.ts";

export interface TestPull {
  readonly spec: unknown;
  recordOf(text: string): TypedValue;
  /** Takes the oldest record; undefined when there is none. */
  next(stand: ConnectorStand): Promise<string | undefined>;
}

export function pulledConformance(kind: Connector, name: string, makePull: () => Promise<TestPull>): void {
  describe(`the egress ${name}`, () => {
    let stand: ConnectorStand | undefined;
    afterEach(() => stand?.supervisor.close());

    const begun = async (pull: TestPull, engine?: ConnectorStand["engine"]): Promise<ConnectorStand> => {
      await stand?.supervisor.close();
      stand = connectorStand(kind, pull.spec, engine);
      stand.engine.recordOf = pull.recordOf;
      await stand.begin();
      await until(stand.clock, () => stand?.state() === "running");
      return stand;
    };

    test("keeps records until a client asks, and asks for nothing itself", async () => {
      const { engine, clock, state, warned } = await begun(await makePull());
      engine.put("shop/io", "a", "b");
      await settled();
      expect([engine.outbox.length, engine.reads, clock.waiting, state(), warned]).toEqual([2, 0, 0, "running", []]);
    });

    test("hands each record out once, in order, and removes it then", async () => {
      const pull = await makePull();
      const one = await begun(pull);
      one.engine.put("shop/io", "a", "b");
      expect(await pull.next(one)).toBe("a");
      expect(one.engine.outbox).toHaveLength(1);
      one.engine.put("shop/io", "c");
      expect([await pull.next(one), await pull.next(one), await pull.next(one)]).toEqual(["b", "c", undefined]);
      expect(one.engine.outbox).toHaveLength(0);
    });

    test("hands out the remaining records after a restart", async () => {
      const pull = await makePull();
      const one = await begun(pull);
      one.engine.put("shop/io", "a", "b", "c");
      expect(await pull.next(one)).toBe("a");
      const again = await begun(pull, one.engine);
      expect([await pull.next(again), await pull.next(again), await pull.next(again)]).toEqual(["b", "c", undefined]);
    });
  });
}
