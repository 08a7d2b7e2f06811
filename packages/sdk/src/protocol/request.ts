/**
 * Request: a runtime's request to a function: one entity, its registered states, one or more messages
 * (io.statefun.sdk.reqreply.ToFunction). Neighbours: reply.ts has the answer, dispatch.ts makes it.
 */
import type { Address } from "../address.ts";
import { MalformedBytes, readFields, type Reader } from "../wire/reader.ts";
import { readTypedValue, type TypedBytes } from "./typed-value.ts";

export interface RequestMessage {
  /** undefined when it came from an ingress. */
  readonly caller: Address | undefined;
  /** undefined for a message without a value. */
  readonly value: TypedBytes | undefined;
  /** Identifies the message; undefined when the runtime does not send it. */
  readonly origin?: MessageOrigin | undefined;
  /** The W3C trace context of the work on it; undefined when there is none. */
  readonly traceparent?: string | undefined;
}

/** The same for every attempt at a message. */
export interface MessageOrigin {
  /** The runtime's id of the message. */
  readonly id: number;
  /** When the runtime took it in, in milliseconds since 1970. */
  readonly atMs: number;
}

export interface FunctionRequest {
  readonly target: Address;
  /** Registered states by name; undefined for an empty one. */
  readonly states: ReadonlyMap<string, TypedBytes | undefined>;
  /** In the order of their arrival. */
  readonly messages: readonly RequestMessage[];
}

const invocationField = 100;
/** Signalbox's own fields of a message, far from StateFun's. */
const messageIdField = 1001;
const atMsField = 1002;
const traceparentField = 1003;

/**
 * Throws MalformedBytes when the bytes are no request. A request without messages asks for the function's states (a check of the endpoint).
 */
export function decodeRequest(bytes: Uint8Array): FunctionRequest {
  let request: FunctionRequest | undefined;
  readFields(bytes, (number, reader) => {
    if (number !== invocationField) return false;
    request = readInvocation(reader.bytes());
    return true;
  });
  if (request === undefined) throw new MalformedBytes("the request holds no invocation");
  return request;
}

function readInvocation(bytes: Uint8Array): FunctionRequest {
  let target: Address | undefined;
  const states = new Map<string, TypedBytes | undefined>();
  const messages: RequestMessage[] = [];
  readFields(bytes, (number, reader) => {
    if (number === 1) target = readAddress(reader.bytes());
    else if (number === 2) readState(reader, states);
    else if (number === 3) messages.push(readMessage(reader.bytes()));
    else return false;
    return true;
  });
  if (target === undefined) throw new MalformedBytes("the request names no target");
  return { target, states, messages };
}

function readAddress(bytes: Uint8Array): Address {
  let namespace = "";
  let name = "";
  let id = "";
  readFields(bytes, (number, reader) => {
    if (number === 1) namespace = reader.text();
    else if (number === 2) name = reader.text();
    else if (number === 3) id = reader.text();
    else return false;
    return true;
  });
  return { type: `${namespace}/${name}`, id };
}

function readState(reader: Reader, states: Map<string, TypedBytes | undefined>): void {
  let name = "";
  let value: TypedBytes | undefined;
  readFields(reader.bytes(), (number, inner) => {
    if (number === 1) name = inner.text();
    else if (number === 2) value = readTypedValue(inner.bytes());
    else return false;
    return true;
  });
  states.set(name, value);
}

function readMessage(bytes: Uint8Array): RequestMessage {
  let caller: Address | undefined;
  let value: TypedBytes | undefined;
  let id: number | undefined;
  let atMs = 0;
  let traceparent: string | undefined;
  readFields(bytes, (number, reader) => {
    if (number === 1) caller = readAddress(reader.bytes());
    else if (number === 2) value = readTypedValue(reader.bytes());
    else if (number === messageIdField) id = Number(reader.varint());
    else if (number === atMsField) atMs = Number(reader.varint());
    else if (number === traceparentField) traceparent = reader.text();
    else return false;
    return true;
  });
  // Some runtimes send an empty address instead of none.
  const origin = id === undefined ? undefined : { id, atMs };
  return { caller: caller?.type === "/" ? undefined : caller, value, origin, traceparent };
}
