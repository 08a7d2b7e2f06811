/**
 * Lifecycle and watch: what is in force, who gets the changes, and how it ends.
 */
import { expect } from "vitest";
import type { EngineChange } from "../lifecycle.ts";
import { formatAddress } from "../model/address.ts";
import type { EngineEvent } from "../model/engine-event.ts";
import { bindings, out, say, shop } from "./conformance-functions.ts";
import type { Behaves } from "./conformance-stand.ts";

export function lifecycleConform(behaves: Behaves): void {
  behaves("it says what is in force and how it is", async ({ engine }) => {
    expect(engine.status()).toMatchObject({ health: { kind: "running" }, waitingMessages: 0, bindings });
    expect(engine.endpoints()).toMatchObject([{ spec: { id: "shop/*" }, breaker: "closed", inFlight: 0 }]);
  });

  behaves("function types are named with the values that they registered", async ({ engine, tell }) => {
    await tell("anna", "count");
    expect(engine.functionTypes().find(({ type }) => type === "shop/cart")).toMatchObject({
      endpoint: "shop/*",
      states: [{ name: "count" }],
    });
  });

  behaves("messages for a type that lost its endpoint wait until it has one again", async ({ engine, run, tell, count }) => {
    await tell("anna", "count");
    await run(engine.act({ kind: "one", address: shop("anna") }, { kind: "pause" }));
    await tell("anna", "count");
    await run(engine.applyBindings({ ...bindings, endpoints: [] }));
    await run(engine.act({ kind: "one", address: shop("anna") }, { kind: "resume" }));
    await run(engine.settled());
    expect(await run(engine.entity(shop("anna")))).toMatchObject({ status: "waiting", waitReason: { kind: "no-endpoint" } });
    await run(engine.applyBindings(bindings));
    await run(engine.settled());
    expect(await count("anna")).toBe("2");
  });

  behaves("who listens is told of egress records until he ends it", async ({ engine, tell, until }) => {
    const changes: EngineChange[] = [];
    const end = engine.onChange((change) => void changes.push(change));
    await tell("anna", "out 1");
    await until(() => changes.some((change) => change.kind === "egress-records" && change.egress === out));
    end();
    const before = changes.length;
    await tell("anna", "out 2");
    expect(changes).toHaveLength(before);
  });

  behaves("after its stop nothing is taken any more", async ({ engine, run, tell }) => {
    await tell("anna", "count");
    await run(engine.stop({ drainTimeoutMs: 1_000 }));
    const late = Promise.resolve().then(() => engine.accept({ target: shop("anna"), value: say("count") }));
    await expect(run(late)).rejects.toMatchObject({ code: expect.stringMatching(/ENGINE_STOPPED|ENGINE_DRAINING/) });
  });
}

export function watchConform(behaves: Behaves): void {
  behaves("an observer hears each message and each invocation until it ends its watch", async ({ engine, tell }) => {
    const events: EngineEvent[] = [];
    const end = engine.observe({ on: (event) => void events.push(event) });
    await tell("anna", "send bert");
    end();
    await tell("anna", "count");
    const told = events.flatMap(toldOf);
    expect(told).toEqual(["admitted shop/cart/anna", "ended shop/cart/anna", "ended shop/cart/bert"]);
    expect(events.some(({ kind }) => kind === "epoch-durable")).toBe(true);
  });
}

function toldOf(event: EngineEvent): string[] {
  if (event.kind === "message-admitted") return [`admitted ${formatAddress(event.message.target)}`];
  if (event.kind === "invocation-ended") return [`ended ${formatAddress(event.record.address)}`];
  return [];
}
