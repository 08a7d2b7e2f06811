/** buildConnector: a checked ingress or egress component becomes what the supervisor opens; its kind reads the spec. */
import type { Connector } from "../connectors/connector.ts";
import type { DeclaredConnector } from "../connectors/declared-connector.ts";
import { shownFields } from "../shape/shown-fields.ts";
import { SpecReader } from "../shape/spec-reader.ts";
import type { BuildContext, Component } from "./component.ts";

export function buildConnector(component: Component, connector: Connector, { module, issues, carries }: BuildContext): DeclaredConnector {
  const { direction, kind } = connector;
  const spec = new SpecReader(component.spec);
  const context = { position: component.position, issues, carries };
  const read = connector.read(spec, context);
  const carried = carries === true ? connector.carried?.(spec, context) : undefined;
  if (connector.open === undefined) {
    const waits = direction === "egress" ? "its records wait in the outbox" : "it reads nothing";
    issues.warning(component.position, `${kind} is recognised but not active yet: ${waits}.`);
  }
  const shown = shownFields(component.spec, connector.shape);
  return {
    direction,
    kind,
    module,
    ...read,
    ...(carried && { carried }),
    shown,
    position: read.claims.at(-1)?.position ?? component.position,
  };
}
