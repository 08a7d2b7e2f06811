/**
 * SimBadInput: senders whose messages the engine must refuse: too large, without a target, malformed, without an id, and any message while
 * the engine drains.
 */
import { idBytesMax, type Address } from "@signalbox/runtime/model/address";
import { callAddress } from "@signalbox/runtime/model/call";
import { headersText } from "@signalbox/runtime/model/message-headers";
import type { EmbeddedEngine } from "../../runtime/embedded-engine.ts";
import type { Prng } from "../prng.ts";
import type { EgressWorld } from "./sim-egress.ts";
import { must } from "./trace.ts";
import { addressOf } from "./workload.ts";

const badInputs = [
  "large",
  "unknown",
  "malformed",
  "blank in the type",
  "without an id",
  "with an endless id",
  "an answer to a call",
  "with endless headers",
] as const;

export function sendBadInput(
  world: EgressWorld,
  engine: EmbeddedEngine,
  at: { rng: Prng; messageBytesMax: number; messageHeadersBytesMax: number },
): void {
  const { rng, messageBytesMax, messageHeadersBytesMax } = at;
  const kind = rng.pick(badInputs);
  const bytes = new Uint8Array(kind === "large" ? messageBytesMax + 1 : 1);
  const target = badTarget(kind);
  const headers = kind === "with endless headers" ? headersText([["x", "y".repeat(messageHeadersBytesMax)]]) : undefined;
  engine.accept({ target, value: { typename: "sim/bad", bytes }, headers }).then(
    () => world.guard(() => must(false, () => `a message was accepted that is ${kind}`)),
    () => undefined,
  );
}

function badTarget(kind: (typeof badInputs)[number]): Address {
  const good = addressOf(0);
  switch (kind) {
    case "large":
    case "with endless headers":
      return good;
    case "unknown":
      return { ...good, type: "nowhere/known" };
    case "malformed":
      return { ...good, type: "no type at all" };
    case "blank in the type":
      return { ...good, type: `${good.type} ` };
    case "an answer to a call":
      return callAddress(1);
    case "without an id":
      return { ...good, id: "" };
    case "with an endless id":
      return { ...good, id: "\u00e9".repeat(idBytesMax / 2 + 1) };
  }
}
