/**
 * kafkaErrorOf: turns the library's nested errors into one KafkaError with one code. They are recognised by their shape, because the
 * library has different classes for different places, and only kafka-client.ts imports the library.
 */
import { KafkaError } from "./kafka-error.ts";

const chainErrorsMax = 64;

interface ErrorShape {
  readonly message: string;
  readonly code: string | undefined;
  /** The protocol's name of an error code. */
  readonly apiId: string | undefined;
  /** The place in the response: /topics/0/partitions/1. */
  readonly path: string | undefined;
  readonly serverErrorMessage: string | undefined;
}

export function kafkaErrorOf(error: unknown, where: string): KafkaError {
  if (error instanceof KafkaError) return error;
  const chain = chainOf(error);
  const found = codeOf(chain);
  return new KafkaError({ code: found.code, where, detail: found.detail ?? chain.at(-1)?.message, cause: error });
}

/** The protocol's codes in a response with errors, by their place in it; "" and "/" are the whole response's. */
export function codesByPath(error: unknown): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const { path, apiId } of chainOf(error)) if (path !== undefined && apiId !== undefined) codes.set(path, apiId);
  return codes;
}

function codeOf(chain: readonly ErrorShape[]): { readonly code: string; readonly detail?: string | undefined } {
  const has = (text: string): boolean => chain.some(({ message }) => message.includes(text));
  if (has("Cannot find a suitable SASL mechanism")) return { code: "SASL_MECHANISM_REFUSED" };
  const sasl = chain.find(({ apiId, code }) => apiId === "SASL_AUTHENTICATION_FAILED" || code === "PLT_KFK_AUTHENTICATION");
  const said = chain.find(({ serverErrorMessage }) => serverErrorMessage !== undefined)?.serverErrorMessage;
  if (sasl !== undefined) return { code: "SASL_AUTHENTICATION_FAILED", detail: said ?? sasl.message };
  const protocol = chain.find(({ apiId }) => apiId !== undefined);
  if (protocol?.apiId !== undefined) return { code: protocol.apiId, detail: protocol.serverErrorMessage ?? protocol.message };
  if (has("Broker requires TLS")) return { code: "BROKER_REQUIRES_TLS" };
  const system = chain.findLast(({ code }) => code !== undefined && !code.startsWith("PLT_KFK_"));
  if (has("TLS handshake failed") || system?.code?.startsWith("ERR_SSL_") === true)
    return { code: "TLS_HANDSHAKE_FAILED", detail: system?.message };
  if (system?.code !== undefined) return { code: system.code, detail: system.message };
  if (has("timed out")) return { code: "REQUEST_TIMED_OUT" };
  if (has("pool is closed")) return { code: "CLIENT_CLOSED" };
  if (chain.some(({ code }) => code === "PLT_KFK_NETWORK")) return { code: "CONNECTION_CLOSED" };
  return { code: "UNREADABLE_ANSWER" };
}

/** Outermost first. */
function chainOf(error: unknown): ErrorShape[] {
  const chain: ErrorShape[] = [];
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && chain.length < chainErrorsMax) {
    const next = waiting.shift();
    if (!(next instanceof Error)) continue;
    chain.push(shapeOf(next));
    if (next instanceof AggregateError) waiting.push(...next.errors);
    if (next.cause !== undefined) waiting.push(next.cause);
  }
  return chain;
}

function shapeOf(error: Error): ErrorShape {
  const properties: Readonly<Record<string, unknown>> = { ...error };
  const text = (name: string): string | undefined => (typeof properties[name] === "string" ? properties[name] : undefined);
  return {
    message: error.message,
    code: text("code"),
    apiId: text("apiId"),
    path: text("path"),
    serverErrorMessage: text("serverErrorMessage"),
  };
}
