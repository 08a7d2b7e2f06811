/**
 * buildEmbedded: a checked component of embedded functions becomes an EndpointSpec whose placement holds the source and its bounds; in
 * isolation one whose placement the supervisor of processes fills in, and what their process is given (isolation/isolated-functions.ts).
 * services/modules/placements.ts looks at the file that it names and loads it once, aside, before it is put in force.
 */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseTypeName, type EmbeddedPlacement, type EmbeddedSource, type EndpointSpec } from "@signalbox/runtime";
import type { IsolatedSpec } from "../isolation/isolated-functions.ts";
import type { BuildContext, Component } from "./component.ts";
import type { ParsedEndpoint } from "./parsed-module.ts";
import { SpecReader } from "../shape/spec-reader.ts";

const callTimeoutMsDefault = 10_000;
const memoryMiBDefault = 128;
const batchMessagesDefault = 1000;
/** Budget of one invocation with all its attempts. */
const budgetCallsMax = 12;
/** Calls that one thread may hold; those that wait for something do not hold up others. */
const callsInFlightMax = 1024;
/** The same of one process of isolated functions, where a call waits while another one runs. */
const isolatedCallsInFlightMax = 64;
const isolatedConnectMs = 5_000;
const isolatedPoolTtlMs = 60_000;
const payloadBytesMax = 32 * 1024 * 1024;
/** As npm has them, with a path inside: no place on the disk, no URL, and nothing of Node's own. */
const packageName = /^(@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*(\/(?!\.\.?(\/|$))[\w.~-]+)*$/i;
/** The place of the SDK's host: beside the gateway. */
const hostUrl = import.meta.resolve("@signalbox/functions/embedded");

export function buildEmbedded(component: Component, context: BuildContext): ParsedEndpoint {
  const spec = new SpecReader(component.spec);
  const id = spec.text("functions") ?? "";
  const parsed = parseTypeName(id);
  const { namespace, name } = parsed.kind === "ok" ? parsed.typeName : { namespace: id, name: "*" };
  const limits = spec.inside("limits");
  const callTimeoutMs = limits?.durationMs("callTimeout") ?? callTimeoutMsDefault;
  if (callTimeoutMs === 0)
    context.issues.error(limits?.position("callTimeout") ?? spec.position("limits"), "`callTimeout` must be longer than 0.");
  const budgetMs = callTimeoutMs * budgetCallsMax;
  const source = spec.inside("source");
  const placement: EmbeddedPlacement = {
    kind: "embedded",
    source: sourceOf(source),
    exportName: spec.text("export"),
    hostUrl,
    memoryMiBMax: limits?.integer("memoryMiB") ?? memoryMiBDefault,
    callTimeoutMs,
    threads: limits?.integer("threads") ?? 1,
  };
  const named = source?.text("package");
  if (source !== undefined && named !== undefined && !packageName.test(named))
    context.issues.error(
      source.position("package"),
      `${JSON.stringify(named)} is no name of a package. Install the folder, the tarball or the URL where the gateway was started (npm install …) and write the name that it has, with a path of its \`exports\` if need be; for a file give \`type: file\`.`,
    );
  const isolated = spec.text("isolation")?.toLowerCase() === "isolated" ? isolatedOf(placement) : undefined;
  if (isolated === "package")
    context.issues.error(
      source?.position("package") ?? spec.position("source"),
      "Isolated functions are one file: give `type: code` or `type: file`, or leave `isolation` out.",
    );
  const base = {
    id,
    module: context.module,
    namespace,
    name,
    urlTemplate: `embedded:${id}`,
    batchMessagesMax: Math.max(0, spec.integer("maxNumBatchRequests") ?? batchMessagesDefault),
    transport: {
      callTimeoutMs: budgetMs,
      connectTimeoutMs: budgetMs,
      readTimeoutMs: budgetMs,
      poolTtlMs: 0,
      poolConnectionsMax: callsInFlightMax,
      payloadBytesMax,
      tls: undefined,
    },
    ...(spec.flag("replay") === true ? { replay: true } : {}),
  };
  return {
    spec: typeof isolated === "object" ? isolatedEndpoint(base) : { ...base, placement },
    tlsLocations: undefined,
    ...(typeof isolated === "object" ? { isolated } : {}),
    position: spec.position("functions"),
    sourcePosition: source?.position(source.text("type") ?? "") ?? spec.position("source"),
  };
}

/** `package`: what it names is more than one file. */
function isolatedOf({ source, exportName, memoryMiBMax, callTimeoutMs, threads }: EmbeddedPlacement): IsolatedSpec | "package" {
  if (source.kind === "package") return "package";
  const given = source.kind === "code" ? source : { kind: source.kind, path: fileURLToPath(source.url) };
  return { source: given, exportName, memoryMiBMax, callTimeoutMs, instances: threads };
}

function isolatedEndpoint(spec: EndpointSpec): EndpointSpec {
  const bounds = { connectTimeoutMs: isolatedConnectMs, poolTtlMs: isolatedPoolTtlMs, poolConnectionsMax: isolatedCallsInFlightMax };
  return {
    ...spec,
    urlTemplate: `isolated:${spec.id}`,
    transport: { ...spec.transport, ...bounds },
    placement: { kind: "process", urlTemplates: [] },
  };
}

function sourceOf(source: SpecReader | undefined): EmbeddedSource {
  const file = source?.text("file");
  const name = source?.text("package");
  if (file !== undefined) return { kind: "file", url: pathToFileURL(resolve(file.replace(/^file:/, ""))).href, revision: "" };
  if (name !== undefined) return { kind: "package", name, from: pathToFileURL(resolve("package.json")).href, revision: "" };
  return { kind: "code", code: source?.text("code") ?? "" };
}
