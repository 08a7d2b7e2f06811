/** SimBadInput: senders whose messages the engine must refuse: too large, to nobody, malformed, and anything while it drains. */
import type { EmbeddedEngine } from "../runtime/embedded-engine.ts";
import type { Prng } from "./prng.ts";
import type { EgressWorld } from "./sim-egress.ts";
import { must } from "./trace.ts";
import { addressOf } from "./workload.ts";

export function sendBadInput(world: EgressWorld, engine: EmbeddedEngine, at: { rng: Prng; messageBytesMax: number }): void {
  const { rng, messageBytesMax } = at;
  const kind = rng.pick(["large", "unknown", "malformed"] as const);
  const bytes = new Uint8Array(kind === "large" ? messageBytesMax + 1 : 1);
  const good = addressOf(0);
  const target = kind === "large" ? good : { ...good, type: kind === "unknown" ? "nowhere/known" : "no type at all" };
  engine.accept({ target, value: { typename: "sim/bad", bytes } }).then(
    () => world.guard(() => must(false, () => `a message was accepted that is ${kind}`)),
    () => undefined,
  );
}
