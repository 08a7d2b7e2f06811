/** buildLimit: a checked component of a limit becomes the LimitSpec that the engine takes; what its shape cannot say is checked here. */
import { parseTypeName, type LimitSpec } from "@signalbox/runtime";
import { SpecReader } from "../shape/spec-reader.ts";
import type { BuildContext, Component } from "./component.ts";
import type { ParsedLimit } from "./parsed-module.ts";

const everyMsDefault = 1000;
const separatorDefault = ":";

export function buildLimit(component: Component, context: BuildContext): ParsedLimit {
  const spec = new SpecReader(component.spec);
  checkRules(spec, component, context);
  const messages = spec.integer("messages");
  const perSecond = messages === undefined ? undefined : (messages * 1000) / (spec.durationMs("every") ?? everyMsDefault);
  return {
    spec: {
      id: spec.text("id") ?? "",
      module: context.module,
      cover: coverOf(spec),
      key: keyOf(spec),
      messagesPerSecond: perSecond,
      burstMessages: spec.integer("burst") ?? messages ?? 1,
      inFlightMax: spec.integer("inFlight"),
      waitingMessagesMax: spec.integer("waiting"),
    },
    position: spec.position("id"),
  };
}

function coverOf(spec: SpecReader): LimitSpec["cover"] {
  const ingress = spec.text("ingress");
  if (ingress !== undefined) return { kind: "ingress", ingress };
  const functions = spec.text("functions") ?? "";
  const parsed = parseTypeName(functions);
  const { namespace, name } = parsed.kind === "ok" ? parsed.typeName : { namespace: functions, name: "*" };
  return { kind: "functions", namespace, name };
}

function keyOf(spec: SpecReader): LimitSpec["key"] {
  const per = spec.text("per")?.toLowerCase();
  if (per === "id") return { kind: "id" };
  return per === "prefix" ? { kind: "prefix", separator: spec.text("separator") ?? separatorDefault } : { kind: "all" };
}

function checkRules(spec: SpecReader, { position }: Component, { issues }: BuildContext): void {
  const refuse = (name: string, message: string): void => {
    if (spec.has(name)) issues.error(spec.position(name), message);
  };
  const isByKey = keyOf(spec).kind !== "all";
  if (spec.has("functions") === spec.has("ingress"))
    issues.error(position, "A limit is one of `functions` or of one `ingress`: write one of the two.");
  if (spec.has("ingress")) {
    refuse("inFlight", "`inFlight` is a bound of `functions`: what an ingress has brought is counted there.");
    refuse("waiting", "`waiting` is a bound of `functions`: what an ingress has brought waits there.");
    if (!spec.has("messages")) issues.error(position, "A limit of an ingress bounds its `messages`; write how many.");
  } else if (!["messages", "inFlight", "waiting"].some((name) => spec.has(name)) && !isByKey) {
    issues.error(position, "This limit bounds nothing: write `messages`, `inFlight`, `waiting`, or `per` for keys that take turns.");
  }
  if (!spec.has("messages")) {
    refuse("burst", "`burst` is a part of a rate: write `messages`, too.");
    refuse("every", "`every` is a part of a rate: write `messages`, too.");
  }
  if (spec.durationMs("every") === 0) issues.error(spec.position("every"), "`every` must be longer than 0.");
  if (keyOf(spec).kind !== "prefix") refuse("separator", "`separator` ends the key of `per: prefix`; remove it, or write that.");
  else if (spec.text("separator") === "") issues.error(spec.position("separator"), "`separator` must have at least one character.");
}
