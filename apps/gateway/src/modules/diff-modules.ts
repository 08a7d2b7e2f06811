/**
 * diffModules: what applying a module would change, thing by thing, in words. Order and comments of the YAML do not count.
 * Undefined stands for a module that is not in force.
 */
import { createHash } from "node:crypto";
import { shownTemplate, type LimitSpec } from "@signalbox/runtime";
import { publicKeyOf } from "@signalbox/runtime/signing-key";
import type { DeclaredConnector } from "../connectors/declared-connector.ts";
import { connectorOf } from "../connectors/kinds.ts";
import type { ModuleChange } from "../contract/module/modules.ts";
import { shownWake } from "../scaling/scale-to-zero.ts";
import { formatDuration } from "../shape/duration.ts";
import { fingerprintOf } from "../shape/secret.ts";
import type { ParsedEndpoint, ParsedMask, ParsedModule } from "./parsed-module.ts";

/** What people compare: names of aspects with their texts. */
type Aspects = Readonly<Record<string, string>>;

/** What the files of a source hold. Empty where they were not read, which says nothing about a change. */
const contentAspect = "content";

interface Thing {
  readonly kind: ModuleChange["kind"];
  readonly id: string;
  readonly aspects: Aspects;
  /** Differs when something of it differs that is not shown: a password, the value of a header or of a variable. Never told. */
  readonly hidden?: string;
}

const hiddenChange = "a value that is not shown";

export function diffModules(before: ParsedModule | undefined, after: ParsedModule | undefined): ModuleChange[] {
  const old = new Map(thingsOf(before).map((thing) => [keyOf(thing), thing]));
  const young = new Map(thingsOf(after).map((thing) => [keyOf(thing), thing]));
  const changes: ModuleChange[] = [];
  for (const [key, thing] of young) {
    const earlier = old.get(key);
    if (earlier === undefined) changes.push(change(thing, "added", describe(thing.aspects)));
    else {
      const shown = differencesOf(earlier.aspects, thing.aspects);
      const differences = shown === "" && earlier.hidden !== thing.hidden ? hiddenChange : shown;
      if (differences !== "") changes.push(change(thing, "changed", differences));
    }
  }
  for (const [key, thing] of old) if (!young.has(key)) changes.push(change(thing, "removed", describe(thing.aspects)));
  return changes;
}

function change({ kind, id }: Thing, what: ModuleChange["change"], detail: string): ModuleChange {
  return { kind, id, change: what, detail };
}

function keyOf({ kind, id }: Thing): string {
  return `${kind} ${id}`;
}

function thingsOf(module: ParsedModule | undefined): Thing[] {
  if (module === undefined) return [];
  return [
    ...module.endpoints.map(endpointThing),
    ...[...module.ingresses, ...module.egresses].map(connectorThing),
    ...module.limits.map(({ spec }) => limitThing(spec)),
    ...module.masks.map(maskThing),
  ];
}

function endpointThing(endpoint: ParsedEndpoint): Thing {
  const { spec, tlsLocations: resolved, shownTlsLocations } = endpoint;
  const { transport } = spec;
  const tlsLocations = shownTlsLocations ?? resolved;
  const tls = {
    trust_cacerts: tlsLocations?.trustCa,
    client_cert: tlsLocations?.clientCert,
    client_key: tlsLocations?.clientKey,
    client_key_password: tlsLocations?.clientKeyPassword,
  };
  const aspects = {
    url: shownTemplate(spec),
    ...processAspects(endpoint),
    ...embeddedAspects(endpoint),
    ...isolatedAspects(endpoint),
    ...scalingAspects(endpoint),
    maxNumBatchRequests: spec.batchMessagesMax > 0 ? String(spec.batchMessagesMax) : "gateway's bound",
    call: formatDuration(transport.callTimeoutMs),
    connect: formatDuration(transport.connectTimeoutMs),
    read: formatDuration(transport.readTimeoutMs),
    pool_ttl: transport.poolTtlMs === 0 ? "no limit" : formatDuration(transport.poolTtlMs),
    pool_size: String(transport.poolConnectionsMax),
    http2: transport.http2 === true ? "true" : "",
    frames: transport.frames === false ? "false" : "",
    replay: spec.replay === true ? "true" : "",
    // Shows names only, because their values may be secret.
    headers: Object.keys(transport.headers ?? {}).join(", "),
    signingKey: publicKeyOf(transport) ?? "",
    payload_max_bytes: String(transport.payloadBytesMax),
    ...Object.fromEntries(Object.entries(tls).map(([name, location]) => [name, location ?? ""])),
  };
  return { kind: "endpoint", id: spec.id, aspects, hidden: fingerprintOf([transport.headers, endpoint.process?.env]) };
}

/** The values of its environment are not shown. */
function processAspects({ process: spec }: ParsedEndpoint): Aspects {
  if (spec === undefined) return {};
  const { shownCommand, cwd, env, protocol, path, listen, instances, startTimeoutMs, drainMs } = spec;
  return {
    command: shownCommand.join(" "),
    cwd,
    env: Object.keys(env).join(", "),
    transport: protocol,
    path,
    listen,
    instances: String(instances),
    startTimeout: formatDuration(startTimeoutMs),
    drain: formatDuration(drainMs),
  };
}

function embeddedAspects({ spec: { placement } }: ParsedEndpoint): Aspects {
  if (placement?.kind !== "embedded") return {};
  const { source, exportName, memoryMiBMax, callTimeoutMs, threads } = placement;
  return {
    source: source.kind === "code" ? `code ${digest(source.code)}` : source.kind === "file" ? source.url : source.name,
    [contentAspect]: source.kind === "code" ? "" : source.revision,
    export: exportName ?? "every entity",
    memoryMiB: String(memoryMiBMax),
    callTimeout: formatDuration(callTimeoutMs),
    threads: String(threads),
  };
}

function isolatedAspects({ isolated }: ParsedEndpoint): Aspects {
  if (isolated === undefined) return {};
  const { source, exportName, memoryMiBMax, callTimeoutMs, instances } = isolated;
  return {
    isolation: "isolated",
    source: source.kind === "code" ? `code ${digest(source.code)}` : source.path,
    [contentAspect]: source.kind === "code" || source.code === undefined ? "" : digest(source.code),
    export: exportName ?? "every entity",
    memoryMiB: String(memoryMiBMax),
    callTimeout: formatDuration(callTimeoutMs),
    threads: String(instances),
  };
}

function scalingAspects({ scaleToZero }: ParsedEndpoint): Aspects {
  if (scaleToZero === undefined) return {};
  return {
    scaleToZero: `after ${formatDuration(scaleToZero.idleAfterMs)}`,
    wake: scaleToZero.wake === undefined ? "" : shownWake(scaleToZero.wake),
  };
}

function digest(code: string): string {
  return createHash("sha256").update(code).digest("hex").slice(0, 12);
}

/** A kind that is not active is shown by its whole name. */
function connectorThing({ direction, kind, id, shown, spec }: DeclaredConnector): Thing {
  const connector = connectorOf.get(kind);
  const aspects = { kind: connector?.open === undefined ? kind : connector.word, ...shown };
  return { kind: direction, id, aspects, hidden: fingerprintOf(spec) };
}

function maskThing({ covered, shownFields }: ParsedMask): Thing {
  return { kind: "mask", id: covered, aspects: { fields: shownFields.join(", ") } };
}

function limitThing({ id, cover, key, messagesPerSecond, burstMessages, inFlightMax, waitingMessagesMax }: LimitSpec): Thing {
  const covered = cover.kind === "ingress" ? cover.ingress : `${cover.namespace}/${cover.name}`;
  const aspects = {
    kind: `${cover.kind} ${covered}`,
    per: key.kind === "prefix" ? `prefix up to ${key.separator}` : key.kind,
    messages: messagesPerSecond === undefined ? "" : `${messagesPerSecond} a second`,
    burst: messagesPerSecond === undefined ? "" : String(burstMessages),
    inFlight: inFlightMax === undefined ? "" : String(inFlightMax),
    waiting: waitingMessagesMax === undefined ? "" : String(waitingMessagesMax),
  };
  return { kind: "limit", id, aspects };
}

/** The first aspect says most: the URL of an endpoint, the kind and port of the others. */
function describe(aspects: Aspects): string {
  const { url, kind, port, fields } = aspects;
  if (fields !== undefined) return `fields ${fields}`;
  if (url !== undefined) return url;
  return port === undefined ? (kind ?? "") : `${kind ?? ""} on port ${port}`;
}

function differencesOf(before: Aspects, after: Aspects): string {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => before[name] !== after[name])
    .filter((name) => name !== contentAspect || (Boolean(before[name]) && Boolean(after[name])))
    .map((name) => `${name} ${before[name] || "none"} → ${after[name] || "none"}`)
    .join("; ");
}
