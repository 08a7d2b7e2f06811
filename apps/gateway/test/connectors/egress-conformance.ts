/**
 * The suite of every egress that delivers by itself (pulled-conformance.ts has those that are asked). A kind gives a receiver that the test
 * reads and breaks. The rest is the framework's promise: order, nothing delivered before it is durable, nothing removed before it was
 * delivered, retries, and what is refused for good.
 */
import type { TypedValue } from "@signalbox/runtime";
import { afterEach, describe, expect, test } from "vitest";
import type { Connector } from "../../src/connectors/connector.ts";
import { connectorStand, type ConnectorStand } from "./connector-stand.ts";
import { settled, until } from "./manual-clock.ts";

export interface TestReceiver {
  readonly connector: Connector;
  readonly spec: unknown;
  /** The same spec with a function type that gets refused records. */
  readonly specWithDeadLetters: unknown;
  /** Makes the record with this text. When it is absent, the record is the text's bytes. */
  recordOf?(text: string): TypedValue;
  /** Lists what the receiver got, in that order, repeats too. */
  received(): readonly string[];
  /** Lets this many deliveries fail from now on; then they work again. */
  fail(times: number): void;
  /** Lets the receiver refuse this text and take everything else. */
  refuse(text: string): void;
  open(): number;
}

export function egressConformance(kind: Connector, name: string, makeReceiver: () => TestReceiver): void {
  describe(`the egress ${name}`, () => {
    test("has the kind of its shape", () => expect(makeReceiver().connector.kind).toBe(kind.kind));

    let stand: ConnectorStand | undefined;
    afterEach(() => stand?.supervisor.close());

    const begun = async (receiver: TestReceiver, spec: unknown): Promise<ConnectorStand> => {
      stand = connectorStand(receiver.connector, spec);
      if (receiver.recordOf !== undefined) stand.engine.recordOf = receiver.recordOf;
      await stand.begin();
      return stand;
    };

    test("delivers waiting and new records in order, removes them, and asks for nothing in between", async () => {
      const receiver = makeReceiver();
      const { engine, clock, supervisor } = await begun(receiver, receiver.spec);
      engine.put("shop/io", "a", "b");
      await until(clock, () => receiver.received().length === 2 && engine.outbox.length === 0);
      await settled();
      const reads = engine.reads;
      await settled();
      expect([engine.reads, clock.waiting]).toEqual([reads, 0]);
      engine.put("shop/io", "c");
      await until(clock, () => engine.outbox.length === 0);
      expect(receiver.received()).toEqual(["a", "b", "c"]);
      await supervisor.close();
      expect(receiver.open()).toBe(0);
    });

    test("keeps records and their order while its receiver fails, says so, and goes on by itself", async () => {
      const receiver = makeReceiver();
      receiver.fail(4);
      const { engine, clock, state, supervisor } = await begun(receiver, receiver.spec);
      engine.put("shop/io", "a", "b", "c");
      await until(clock, () => state() === "held-back" || state() === "waiting");
      expect(supervisor.views()[0]?.state).toMatchObject({ what: expect.stringMatching(/./), cure: expect.stringMatching(/./) });
      expect(engine.outbox).toHaveLength(3);
      await until(clock, () => engine.outbox.length === 0);
      expect(receiver.received()).toEqual(["a", "b", "c"]);
      expect(state()).toBe("running");
    });

    test("is held up by a record that is refused for good, and by nothing else", async () => {
      const receiver = makeReceiver();
      receiver.refuse("bad");
      const { engine, clock, state } = await begun(receiver, receiver.spec);
      engine.put("shop/io", "a", "bad", "c");
      await until(clock, () => state() === "held-back" && engine.outbox.length === 2);
      expect(receiver.received()).toEqual(["a"]);
      // A person drops the record that is held back.
      await engine.egressAcknowledge("shop/io", engine.outbox[0]?.sequence ?? 0);
      await until(clock, () => engine.outbox.length === 0);
      expect(receiver.received()).toEqual(["a", "c"]);
    });

    test("puts a refused record aside, once, where dead letters have a function", async () => {
      const receiver = makeReceiver();
      receiver.refuse("bad");
      const { engine, clock } = await begun(receiver, receiver.specWithDeadLetters);
      engine.put("shop/io", "a", "bad", "c");
      await until(clock, () => engine.outbox.length === 0);
      expect(receiver.received()).toEqual(["a", "c"]);
      expect(engine.taken).toHaveLength(1);
      expect(engine.taken[0]).toMatchObject({ target: { type: "shop/dead", id: "bad" }, value: { typename: "io.signalbox/dead-letter" } });
      expect(JSON.parse(engine.texts()[0] ?? "")).toMatchObject({ egress: "shop/io", what: expect.stringMatching(/./) });
    });
  });
}
