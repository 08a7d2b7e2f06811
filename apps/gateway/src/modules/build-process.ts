/**
 * buildProcess: a checked component of a co-located endpoint becomes an EndpointSpec whose placement the supervisor fills in, and the
 * ProcessSpec of what it starts (processes/process-supervisor.ts).
 */
import { resolve } from "node:path";
import { parseTypeName } from "@signalbox/runtime";
import { markName } from "../processes/marked-processes.ts";
import { buildScaleToZero } from "./build-scale-to-zero.ts";
import type { BuildContext, Component } from "./component.ts";
import type { ParsedEndpoint } from "./parsed-module.ts";
import { SpecReader } from "../shape/spec-reader.ts";

const second = 1000;
const callTimeoutMsDefault = 120 * second;
const connectTimeoutMs = 5 * second;
const startTimeoutMsDefault = 30 * second;
const drainMsDefault = 10 * second;
const poolTtlMs = 60 * second;
const poolConnectionsMax = 1024;
const payloadBytesMax = 32 * 1024 * 1024;
const batchMessagesDefault = 1000;
/** The variables that the gateway itself sets. */
const reserved = ["SIGNALBOX_FUNCTION_SOCKET", "SIGNALBOX_FUNCTION_INSTANCE", markName];

/** A busy machine may keep any process from answering for a moment. */
const silentMsMin = 2_000;

export function buildProcess(component: Component, context: BuildContext): ParsedEndpoint {
  const spec = new SpecReader(component.spec);
  const id = spec.text("functions") ?? "";
  const parsed = parseTypeName(id);
  const { namespace, name } = parsed.kind === "ok" ? parsed.typeName : { namespace: id, name: "*" };
  const path = spec.text("path") ?? "/statefun";
  const env = spec.entries("env");
  const callTimeoutMs = spec.durationMs("call") ?? callTimeoutMsDefault;
  checkRules(spec, { path, env, context });
  return {
    spec: {
      id,
      module: context.module,
      namespace,
      name,
      urlTemplate: `process:${id}`,
      batchMessagesMax: Math.max(0, spec.integer("maxNumBatchRequests") ?? batchMessagesDefault),
      transport: {
        callTimeoutMs,
        connectTimeoutMs: Math.min(connectTimeoutMs, callTimeoutMs),
        readTimeoutMs: callTimeoutMs,
        poolTtlMs,
        poolConnectionsMax,
        payloadBytesMax,
        tls: undefined,
        ...(spec.flag("frames") === false ? { frames: false } : {}),
      },
      placement: { kind: "process", urlTemplates: [] },
      ...(spec.flag("replay") === true ? { replay: true } : {}),
    },
    tlsLocations: undefined,
    ...buildScaleToZero(spec, id, { ...context, remote: false }),
    process: {
      endpoint: id,
      module: context.module,
      command: spec.texts("command"),
      shownCommand: spec.shownTexts("command"),
      cwd: resolve(spec.text("cwd")?.replace(/^file:/, "") ?? "."),
      env,
      protocol: spec.text("transport")?.toLowerCase() === "grpc" ? "grpc" : "http",
      listen: spec.text("listen")?.toLowerCase() === "port" ? "port" : "socket",
      path,
      instances: spec.integer("instances") ?? 1,
      silentMsMax: Math.max(silentMsMin, callTimeoutMs),
      startTimeoutMs: spec.durationMs("startTimeout") ?? startTimeoutMsDefault,
      drainMs: spec.durationMs("drain") ?? drainMsDefault,
    },
    position: spec.position("functions"),
  };
}

interface Rules {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly context: BuildContext;
}

function checkRules(spec: SpecReader, { path, env, context: { issues } }: Rules): void {
  if (!/^\/[^\s{}?#]*$/.test(path))
    issues.error(spec.position("path"), "`path` begins with a slash and holds no blank, query or placeholder.");
  if (spec.durationMs("call") === 0) issues.error(spec.position("call"), "`call` must be longer than 0.");
  if (spec.durationMs("startTimeout") === 0) issues.error(spec.position("startTimeout"), "`startTimeout` must be longer than 0.");
  for (const name of Object.keys(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) issues.error(spec.position("env"), `"${name}" is no name of an environment variable.`);
    if (reserved.includes(name)) issues.error(spec.position("env"), `\`${name}\` is set by the gateway; remove it.`);
  }
  const nul = [...spec.texts("command"), ...Object.values(env)].some((text) => text.includes("\u0000"));
  if (nul) issues.error(spec.position("command"), "`command` and `env` may not hold a NUL character.");
}
