/**
 * Call: a message whose sender waits for what the function sends back to its caller. The caller is an entity of the type below, one per
 * call, named by the number of the message. Its function is in the engine (call-function.ts) and keeps the first answer. So an answer is
 * state like any other: it counts exactly once, is in savepoints, and expires. A call that wants many answers has a caller of the second
 * type. Its function numbers the answers and passes each on to an address of the first type, where it is kept like the answer of a call,
 * until the called function says that it is done.
 */
import type { Address } from "./address.ts";
import type { EndpointSpec } from "./endpoint-spec.ts";

export const callNamespace = "io.signalbox.calls";
export const callType = `${callNamespace}/call`;
export const callStreamType = `${callNamespace}/stream`;
/** Only functions may send to these types. */
export const callTypes: ReadonlySet<string> = new Set([callType, callStreamType]);
/** The state that holds the answer, as it came. */
export const callAnswerState = "answer";

/** The state that counts the answers of a stream. */
export const callStreamState = "answers";
/** A value of this type, sent to a caller that wants many answers, ends the stream; its bytes are ignored. */
export const callDoneTypename = `${callNamespace}/done`;
/** Replaces the answer that exceeds callAnswersMax, and ends the stream; the bytes are the reason in UTF-8. */
export const callCutTypename = `${callNamespace}/cut`;

/** How many answers the sender of a call wants. */
export type AnswerWish = "one" | "many";

/** `message`: the number of the message that was accepted as a call. `index`: which of many answers, from 0. */
export function callAddress(message: number, index?: number): Address {
  return { type: callType, id: index === undefined ? String(message) : `${message}-${index}` };
}

export function callStreamAddress(message: number): Address {
  return { type: callStreamType, id: String(message) };
}

export function callerFor(wish: AnswerWish | undefined, message: number): Address | undefined {
  if (wish === undefined) return undefined;
  return wish === "one" ? callAddress(message) : callStreamAddress(message);
}

/** Its scheme never leaves the engine: no transport sees it. */
export const builtInScheme = "builtin:";

/** Bound in every partition beside what modules declare; no module may declare its namespace. */
export const callEndpoint: EndpointSpec = {
  id: callType,
  module: "",
  namespace: callNamespace,
  name: "call",
  urlTemplate: `${builtInScheme}call`,
  batchMessagesMax: 1000,
  transport: {
    callTimeoutMs: 60_000,
    connectTimeoutMs: 60_000,
    readTimeoutMs: 60_000,
    poolTtlMs: 0,
    poolConnectionsMax: 256,
    payloadBytesMax: 64 * 1024 * 1024,
    tls: undefined,
  },
};

export const callStreamEndpoint: EndpointSpec = {
  ...callEndpoint,
  id: callStreamType,
  name: "stream",
  urlTemplate: `${builtInScheme}stream`,
};
