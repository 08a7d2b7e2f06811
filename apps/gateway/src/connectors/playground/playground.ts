/** The two playground kinds of StateFun (docs/statefun.md 3.8) as declarations: what their specs look like. Their servers lie beside this and are loaded when one opens. */
import type { LinePosition } from "../../shape/line-position.ts";
import { listOf, port } from "../../shape/shape.ts";
import { egress, ingress, type Claim } from "../connector.ts";

/** The id that functions of the playground send to. */
const playgroundEgressId = "io.statefun.playground/egress";

export interface PlaygroundIngressSpec {
  readonly port: number;
}

export interface PlaygroundEgressSpec {
  readonly port: number;
  readonly topics: readonly string[];
}

export const playgroundIngress = ingress<PlaygroundIngressSpec>({
  direction: "ingress",
  kind: "io.statefun.playground.v1/ingress",
  word: "playground",
  meaning: "An HTTP port that takes messages at /<namespace>/<name>/<id>.",
  shape: { port: { shape: port, required: true, meaning: "HTTP port." } },
  opensWithModule: true,
  read(spec) {
    const number = spec.integer("port") ?? 0;
    return { id: `playground:${number}`, spec: { port: number }, claims: [portClaim(number, spec.position("port"))] };
  },
  open: async (spec, context) => (await import("./playground-ingress.ts")).openPlaygroundIngress(spec, context),
});

export const playgroundEgress = egress<PlaygroundEgressSpec>({
  direction: "egress",
  kind: "io.statefun.playground.v1/egress",
  word: "playground",
  meaning: "An HTTP port that hands out records at /<topic>.",
  shape: {
    port: { shape: port, required: true, meaning: "HTTP port." },
    topics: { shape: listOf({ kind: "text", form: "topic" }, 1), required: true, meaning: "Topics that records may name." },
  },
  opensWithModule: true,
  read(spec, { position }) {
    const number = spec.integer("port") ?? 0;
    const id = { key: `egress ${playgroundEgressId}`, what: `The egress ${playgroundEgressId}`, position };
    return {
      id: playgroundEgressId,
      spec: { port: number, topics: [...new Set(spec.texts("topics"))] },
      claims: [id, portClaim(number, position)],
    };
  },
  open: async (spec, context) => (await import("./playground-egress.ts")).openPlaygroundEgress(spec, context),
});

function portClaim(number: number, position: LinePosition): Claim {
  return { key: `port ${number}`, what: `Port ${number}`, position };
}
