/**
 * Call: a message whose sender waits for what the function sends back to its caller. The caller is an entity of the type below, one a call,
 * named by the number of the message; its function is the engine's own (the engine's call-function.ts) and keeps the first answer.
 * So an answer is state like any other: exactly once, in savepoints, gone when its time is over.
 * A call that wants many answers has a caller of the second type: its function numbers what comes and passes each on to an address of the
 * first type, where it is kept and waited for as the answer of a call is, until the called function says that it is done.
 */
import type { Address } from "./address.ts";
import type { EndpointSpec } from "./endpoint-spec.ts";

export const callNamespace = "io.signalbox.calls";
export const callType = `${callNamespace}/call`;
export const callStreamType = `${callNamespace}/stream`;
/** Functions alone send to these. */
export const callTypes: ReadonlySet<string> = new Set([callType, callStreamType]);
/** The state that holds the answer, as it came. */
export const callAnswerState = "answer";

/** The state that counts the answers of a stream. */
export const callStreamState = "answers";
/** A function that sends a value of this type to a caller that wants many answers has sent the last one; its bytes are nobody's. */
export const callDoneTypename = `${callNamespace}/done`;
/** Comes in the place of an answer over callAnswersMax, and ends the stream; the bytes are the reason, UTF-8. */
export const callCutTypename = `${callNamespace}/cut`;

/** How many answers the sender of a call wants. */
export type AnswerWish = "one" | "many";

/** `message`: the number of the message that was accepted as a call. `index`: of an answer among many, from 0. */
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
