/**
 * buildEndpoint: a checked endpoint component becomes an EndpointSpec, with StateFun's defaults. The two transports differ in
 * their defaults only; here both run on one. Rules over several properties (a timeout longer than the call, a certificate
 * without its key) are checked here.
 */
import { callHeadersMax, parseTypeName, replayHeader, wrongCallHeader, type TransportOptions } from "@signalbox/runtime";
import { readSigningKey } from "@signalbox/runtime/signing-key";
import { okhttpTransport, endpointV1 } from "./component-kinds.ts";
import { buildScaleToZero } from "./build-scale-to-zero.ts";
import type { BuildContext, Component } from "./component.ts";
import { formatDuration } from "../shape/duration.ts";
import type { ParsedEndpoint, TlsLocations } from "./parsed-module.ts";
import { SpecReader } from "../shape/spec-reader.ts";

const second = 1000;
const asyncDefaults = { call: 120 * second, connect: 20 * second, poolTtl: 15 * second };
/** These are also the defaults of `timeouts` inside the async transport, which StateFun reads as the older form. */
const okhttpDefaults = { call: 60 * second, connect: 10 * second, read: 10 * second, poolTtl: 60 * second };
const poolConnectionsDefault = 1024;
const payloadBytesDefault = 32 * 1024 * 1024;
const batchMessagesDefault = 1000;

export function buildEndpoint(component: Component, context: BuildContext): ParsedEndpoint {
  const spec = new SpecReader(component.spec);
  const id = spec.text("functions") ?? "";
  const parsed = parseTypeName(id);
  const { namespace, name } = parsed.kind === "ok" ? parsed.typeName : { namespace: id, name: "*" };
  const urlTemplate = spec.text("urlPathTemplate") ?? "";
  const shownUrl = spec.shown("urlPathTemplate") ?? "";
  const transport = spec.inside("transport");
  const olderTimeouts = component.kind === endpointV1 ? spec : transport?.text("type") === okhttpTransport ? transport : undefined;
  const tlsLocations = transport === undefined ? undefined : readTls(transport, urlTemplate, context);
  if (transport?.flag("http2") === true && !/^https?:/i.test(urlTemplate))
    context.issues.error(transport.position("http2"), "`http2` is for http and https URLs; grpc speaks HTTP/2 by itself.");
  if (transport?.has("signingKey") === true && /^grpcs?:/i.test(urlTemplate))
    context.issues.error(
      transport.position("signingKey"),
      "`signingKey` signs calls over HTTP; over grpcs a client certificate says who calls.",
    );
  const options = olderTimeouts === undefined ? asyncOptions(transport, context) : okhttpOptions(olderTimeouts.inside("timeouts"), context);
  const exact = spec.text("exactTraces")?.toLowerCase();
  return {
    spec: {
      id,
      module: context.module,
      namespace,
      name,
      urlTemplate,
      ...(shownUrl === urlTemplate ? {} : { shownUrlTemplate: shownUrl }),
      batchMessagesMax:
        exact === "always" || exact === "true" ? 1 : Math.max(0, spec.integer("maxNumBatchRequests") ?? batchMessagesDefault),
      ...(exact === "never" ? { watched: false } : {}),
      transport: spec.flag("frames") === false ? { ...options, frames: false } : options,
      ...(spec.flag("replay") === true ? { replay: true } : {}),
    },
    tlsLocations,
    ...buildScaleToZero(spec, id, { ...context, remote: true }),
    ...shownTls(transport, tlsLocations),
    position: spec.position("functions"),
  };
}

function asyncOptions(transport: SpecReader | undefined, context: BuildContext): TransportOptions {
  // Even an empty `timeouts` takes the place of call and connect, with the older defaults.
  const timeouts = transport?.inside("timeouts");
  if (timeouts !== undefined) warnOfIgnored(transport, context);
  const callTimeoutMs = (timeouts ?? transport)?.durationMs("call") ?? (timeouts === undefined ? asyncDefaults.call : okhttpDefaults.call);
  const connectMs =
    (timeouts ?? transport)?.durationMs("connect") ?? (timeouts === undefined ? asyncDefaults.connect : okhttpDefaults.connect);
  refuseZero(timeouts ?? transport, ["call", "connect"], context);
  return {
    callTimeoutMs,
    connectTimeoutMs: Math.min(connectMs, callTimeoutMs),
    readTimeoutMs: callTimeoutMs,
    poolTtlMs: transport?.durationMs("pool_ttl") ?? asyncDefaults.poolTtl,
    poolConnectionsMax: transport?.integer("pool_size") ?? poolConnectionsDefault,
    payloadBytesMax: transport?.integer("payload_max_bytes") ?? payloadBytesDefault,
    tls: undefined,
    ...(transport?.flag("http2") === true ? { http2: true } : {}),
    ...(transport === undefined ? {} : callsOf(transport, context)),
  };
}

/** What each call carries: its headers and the key that signs it. */
function callsOf(transport: SpecReader, { issues }: BuildContext): Pick<TransportOptions, "headers" | "signingKey"> {
  const headers = transport.entries("headers");
  const names = Object.keys(headers);
  if (names.length > callHeadersMax)
    issues.error(transport.position("headers"), `\`headers\` has ${names.length} entries, at most ${callHeadersMax} are sent.`);
  for (const [name, value] of Object.entries(headers)) {
    const wrong = wrongCallHeader(name, value);
    if (wrong !== undefined) issues.error(transport.position("headers"), `\`headers\`: ${wrong}.`);
    if (name.toLowerCase() === replayHeader)
      issues.error(transport.position("headers"), `\`${replayHeader}\` marks calls that count for nothing; no module may send it.`);
  }
  const signingKey = transport.text("signingKey");
  const key = signingKey === undefined ? undefined : readSigningKey(signingKey);
  if (key?.kind === "error") issues.error(transport.position("signingKey"), `\`signingKey\` cannot be used: ${key.reason}.`);
  return { ...(names.length === 0 ? {} : { headers }), ...(signingKey === undefined ? {} : { signingKey }) };
}

function okhttpOptions(timeouts: SpecReader | undefined, context: BuildContext): TransportOptions {
  const callTimeoutMs = timeouts?.durationMs("call") ?? okhttpDefaults.call;
  refuseZero(timeouts, ["call", "connect", "read", "write"], context);
  for (const name of ["connect", "read", "write"]) {
    const ms = timeouts?.durationMs(name);
    if (timeouts === undefined || ms === undefined || ms <= callTimeoutMs) continue;
    const position = timeouts.position(name);
    context.issues.error(
      position,
      `\`${name}\` (${formatDuration(ms)}) must not be longer than \`call\` (${formatDuration(callTimeoutMs)}).`,
    );
  }
  return {
    callTimeoutMs,
    connectTimeoutMs: Math.min(timeouts?.durationMs("connect") ?? okhttpDefaults.connect, callTimeoutMs),
    readTimeoutMs: Math.min(timeouts?.durationMs("read") ?? okhttpDefaults.read, callTimeoutMs),
    poolTtlMs: okhttpDefaults.poolTtl,
    poolConnectionsMax: poolConnectionsDefault,
    payloadBytesMax: payloadBytesDefault,
    tls: undefined,
  };
}

function warnOfIgnored(transport: SpecReader | undefined, { issues }: BuildContext): void {
  for (const name of ["call", "connect"]) {
    if (!transport?.has(name)) continue;
    issues.warning(transport.position(name), `\`${name}\` is not used: \`timeouts\` stands beside it and wins. Keep one of the two.`);
  }
}

function refuseZero(timeouts: SpecReader | undefined, names: readonly string[], { issues }: BuildContext): void {
  for (const name of names) {
    if (timeouts?.durationMs(name) === 0) issues.error(timeouts.position(name), `\`${name}\` must be longer than 0.`);
  }
}

/** Nothing is shown unless a location comes from a variable. */
function shownTls(transport: SpecReader | undefined, locations: TlsLocations | undefined): Pick<ParsedEndpoint, "shownTlsLocations"> {
  if (transport === undefined || locations === undefined) return {};
  const shownTlsLocations = tlsTexts((name) => transport.shown(name));
  return JSON.stringify(shownTlsLocations) === JSON.stringify(locations) ? {} : { shownTlsLocations };
}

function tlsTexts(read: (name: string) => string | undefined): TlsLocations {
  return {
    trustCa: read("trust_cacerts"),
    clientCert: read("client_cert"),
    clientKey: read("client_key"),
    clientKeyPassword: read("client_key_password"),
  };
}

function readTls(transport: SpecReader, urlTemplate: string, { issues }: BuildContext): TlsLocations | undefined {
  const locations = tlsTexts((name) => transport.text(name));
  if (Object.values(locations).every((location) => location === undefined)) return undefined;
  if (locations.clientCert !== undefined && locations.clientKey === undefined) {
    issues.error(transport.position("client_cert"), "`client_cert` needs `client_key` beside it.", "client_key");
  }
  if (locations.clientKey !== undefined && locations.clientCert === undefined) {
    issues.error(transport.position("client_key"), "`client_key` needs `client_cert` beside it.", "client_cert");
  }
  if (locations.clientKeyPassword !== undefined && locations.clientKey === undefined) {
    issues.error(transport.position("client_key_password"), "`client_key_password` needs `client_key` beside it.", "client_key");
  }
  if (!/^(https|grpc)/i.test(urlTemplate)) {
    issues.warning(transport.position("trust_cacerts"), "Certificates are not used: urlPathTemplate begins with neither https nor grpc.");
  }
  return locations;
}
