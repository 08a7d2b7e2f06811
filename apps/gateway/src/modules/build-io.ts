/** buildIngress and buildEgress: checked ingress and egress components become what the gateway opens and the engine delivers to. */
import { logEgress, playgroundEgress, playgroundIngress } from "./component-kinds.ts";
import type { BuildContext, Component } from "./component.ts";
import type { ParsedEgress, ParsedIngress } from "./parsed-module.ts";
import { SpecReader } from "./spec-reader.ts";

/** The id that functions of the playground send to. */
export const playgroundEgressId = "io.statefun.playground/egress";

export function buildIngress(component: Component, context: BuildContext): ParsedIngress {
  const spec = new SpecReader(component.spec);
  const { module } = context;
  if (component.kind === playgroundIngress) {
    const port = spec.integer("port") ?? 0;
    return { kind: "playground", id: `playground:${port}`, module, port, position: spec.position("port") };
  }
  warnInactive(component, context);
  return { kind: "inactive", id: spec.text("id") ?? "", module, componentKind: component.kind, position: spec.position("id") };
}

export function buildEgress(component: Component, context: BuildContext): ParsedEgress {
  const spec = new SpecReader(component.spec);
  const { module } = context;
  const componentKind = component.kind;
  switch (componentKind) {
    case playgroundEgress: {
      const playground = { port: spec.integer("port") ?? 0, topics: [...new Set(spec.texts("topics"))] };
      return { spec: { id: playgroundEgressId, module, kind: "playground" }, playground, componentKind, position: component.position };
    }
    case logEgress:
      return {
        spec: { id: spec.text("id") ?? "", module, kind: "log" },
        playground: undefined,
        componentKind,
        position: spec.position("id"),
      };
    default:
      checkTransactions(spec, context);
      warnInactive(component, context);
      return {
        spec: { id: spec.text("id") ?? "", module, kind: "inactive" },
        playground: undefined,
        componentKind,
        position: spec.position("id"),
      };
  }
}

function checkTransactions(spec: SpecReader, { issues }: BuildContext): void {
  const semantic = spec.inside("deliverySemantic");
  if (semantic?.text("type") !== "exactly-once" || semantic.has("transactionTimeout") || semantic.has("transactionTimeoutMillis")) return;
  issues.error(semantic.position("type"), "`exactly-once` needs `transactionTimeout` beside it.", "transactionTimeout");
}

function warnInactive(component: Component, { issues }: BuildContext): void {
  const waits = component.kind.endsWith("/egress") ? "its records wait in the outbox" : "it reads nothing";
  issues.warning(component.position, `${component.kind} is recognised but not active yet: ${waits}.`);
}
