/**
 * CodeForms: the message on screen as programs send it: curl, our SDK's client in TypeScript, and gRPC by grpcurl. Pure.
 */
import { withToken } from "../../identity/curl-line.ts";
import { builtInOf } from "../../values/value-input.ts";
import { curlOf, textOf, type Draft } from "./message-body.ts";

export const codeForms = ["curl", "sdk", "grpc"] as const;
export type CodeForm = (typeof codeForms)[number];

export interface CodeContext {
  /** The origin with the base path. */
  origin: string;
  host: string;
  /** Whether its answer is waited for. */
  call: boolean;
  /** Whether a program needs a token, because people have to sign in. */
  token: boolean;
}

export function codeOf(form: CodeForm, draft: Draft, context: CodeContext): string {
  switch (form) {
    case "curl":
      return curlLine(draft, context);
    case "sdk":
      return sdkOf(draft, context);
    case "grpc":
      return grpcOf(draft, context);
  }
}

function curlLine(draft: Draft, { origin, call, token }: CodeContext): string {
  const line = curlOf(draft, origin, call ? "calls" : "messages");
  return token ? withToken(line) : line;
}

function sdkOf(draft: Draft, { origin, token }: CodeContext): string {
  const builtIn = draft.raw ? null : builtInOf(draft.valueType);
  const target = `{ type: ${quoted(draft.type)}, id: ${quoted(draft.id)} }`;
  const names = builtIn === null ? "bytes, message" : "message, types";
  const value =
    builtIn === null
      ? `message(${target}, bytes(${quoted(draft.valueType)}), ${bytesOf(draft)})`
      : `message(${target}, types.${builtIn}, ${scalarOf(builtIn, draft)})`;
  return [
    `import { ${names} } from "@signalbox/functions";`,
    `import { createClient } from "@signalbox/functions/client";`,
    ``,
    `const client = createClient(${quoted(origin)}${token ? ", { token: process.env.SIGNALBOX_TOKEN }" : ""});`,
    `const { traceId } = await client.send(${value});`,
    ``,
  ].join("\n");
}

function scalarOf(builtIn: string, draft: Draft): string {
  if (builtIn === "string") return quoted(draft.body);
  const text = draft.body.trim();
  return builtIn === "long" ? `${text}n` : text;
}

function bytesOf(draft: Draft): string {
  return draft.raw
    ? `Buffer.from(${quoted(draft.body.replace(/\s+/g, ""))}, "base64")`
    : `new TextEncoder().encode(${quoted(textOf(draft))})`;
}

/** The port is the default. Bytes travel as base64 in grpcurl's JSON; scalars of built-in types are in their wire form. */
function grpcOf(draft: Draft, { host, call, token }: CodeContext): string {
  const builtIn = draft.raw ? null : builtInOf(draft.valueType);
  const wire = draft.raw ? draft.body.replace(/\s+/g, "") : builtIn === null ? base64Of(textOf(draft)) : wireOf(builtIn, draft.body);
  const request = { type: draft.type, id: draft.id, value_type: draft.valueType, value: wire ?? "" };
  const lines = wire === undefined ? [`# ${draft.valueType} has a wire form of its own: encode it and write it as base64 in "value".`] : [];
  return [
    ...lines,
    `grpcurl -plaintext${token ? ' -H "authorization: Bearer $SIGNALBOX_TOKEN"' : ""} -d ${shellQuoted(JSON.stringify(request))} ${host}:4281 signalbox.v1.Ingress/${call ? "Call" : "Send"}`,
  ].join("\n");
}

/** Encodes a protobuf wrapper with one field; only texts, because these are what people send by hand. */
function wireOf(builtIn: string, body: string): string | undefined {
  if (builtIn !== "string") return undefined;
  const text = new TextEncoder().encode(body);
  if (text.length === 0) return "";
  const length: number[] = [];
  for (let left = text.length; ; left = Math.floor(left / 128)) {
    if (left < 128) {
      length.push(left);
      break;
    }
    length.push((left % 128) + 128);
  }
  return bytesToBase64([0x0a, ...length, ...text]);
}

function base64Of(text: string): string {
  return bytesToBase64([...new TextEncoder().encode(text)]);
}

function bytesToBase64(bytes: readonly number[]): string {
  return btoa(bytes.map((byte) => String.fromCodePoint(byte)).join(""));
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
