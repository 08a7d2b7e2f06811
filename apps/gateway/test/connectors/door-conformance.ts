/**
 * The suite of every ingress that has no positions because its senders wait for an answer. A kind gives a way to send. The rest is the
 * framework's promise: a message is durable before it is answered, nothing refused is taken, and a closed ingress answers nobody.
 */
import { EngineError } from "@signalbox/runtime";
import { afterEach, describe, expect, test } from "vitest";
import type { Connector } from "../../src/connectors/connector.ts";
import { connectorStand, type ConnectorStand } from "./connector-stand.ts";
import { settled, until } from "./manual-clock.ts";

export interface TestDoor {
  readonly spec: unknown;
  /** Sends and returns the status of the answer. Rejects, or returns 404, when nobody listens. */
  send(stand: ConnectorStand, text: string): Promise<number>;
}

const longestBytes = 1000;

export function doorConformance(kind: Connector, name: string, makeDoor: () => Promise<TestDoor>): void {
  describe(`the ingress ${name}`, () => {
    let stand: ConnectorStand | undefined;
    afterEach(() => stand?.supervisor.close());

    const begun = async (door: TestDoor, engine?: ConnectorStand["engine"]): Promise<ConnectorStand> => {
      await stand?.supervisor.close();
      stand = connectorStand(kind, door.spec, engine);
      await stand.begin();
      await until(stand.clock, () => stand?.state() === "running");
      return stand;
    };
    const took = ({ engine }: ConnectorStand): (string | undefined)[] => engine.texts().map((text) => /one|two|three/.exec(text)?.[0]);

    test("takes messages in order, and asks for nothing in between", async () => {
      const door = await makeDoor();
      const one = await begun(door);
      for (const text of ["one", "two", "three"]) expect(await door.send(one, text)).toBe(200);
      expect(took(one)).toEqual(["one", "two", "three"]);
      expect([one.clock.waiting, one.engine.reads, one.state()]).toEqual([0, 0, "running"]);
      expect(one.warned).toEqual([]);
    });

    test("answers once the message is durable, not before", async () => {
      const door = await makeDoor();
      const one = await begun(door);
      let letGo: () => void = () => undefined;
      one.engine.gate = new Promise((resolve) => {
        letGo = resolve;
      });
      let status = 0;
      const answered = door.send(one, "one").then((given) => {
        status = given;
      });
      await settled();
      expect([status, one.engine.taken.length]).toEqual([0, 0]);
      letGo();
      await answered;
      expect([status, took(one)]).toEqual([200, ["one"]]);
    });

    test("tells its sender that the engine has no room, takes nothing of the message, and goes on", async () => {
      const door = await makeDoor();
      const one = await begun(door);
      one.engine.refusals.push({ error: new EngineError("OVERLOADED", "too much waits", "Wait.", 1000), after: false });
      expect(await door.send(one, "one")).toBe(429);
      expect(one.engine.taken).toEqual([]);
      expect(await door.send(one, "one")).toBe(200);
      expect([took(one), one.state()]).toEqual([["one"], "running"]);
    });

    test("refuses a message that is too large, and goes on", async () => {
      const door = await makeDoor();
      const one = await begun(door);
      expect(await door.send(one, "x".repeat(longestBytes + 1))).toBe(413);
      expect(await door.send(one, "two")).toBe(200);
      expect(took(one)).toEqual(["two"]);
    });

    test("is there again after a restart; a closed one answers nobody", async () => {
      const door = await makeDoor();
      const one = await begun(door);
      expect(await door.send(one, "one")).toBe(200);
      await one.supervisor.close();
      expect(await door.send(one, "two").catch(() => 404)).toBe(404);
      const again = await begun(door, one.engine);
      expect(await door.send(again, "three")).toBe(200);
      expect(took(again)).toEqual(["one", "three"]);
    });
  });
}
