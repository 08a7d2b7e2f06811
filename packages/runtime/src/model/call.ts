/**
 * Call: a message whose sender waits for what the function sends back to its caller. The caller is an entity of the type below, one a call,
 * named by the number of the message; its function is the engine's own (the engine's call-function.ts) and keeps the first answer.
 * So an answer is state like any other: exactly once, in savepoints, gone when its time is over.
 */
import type { Address } from "./address.ts";
import type { EndpointSpec } from "./endpoint-spec.ts";

export const callNamespace = "io.signalbox.calls";
export const callType = `${callNamespace}/call`;
/** The state that holds the answer, as it came. */
export const callAnswerState = "answer";

/** `message`: the number of the message that was accepted as a call. */
export function callAddress(message: number): Address {
  return { type: callType, id: String(message) };
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
