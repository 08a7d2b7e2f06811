/**
 * boundAnswers: ends a connection whose other side announces an answer that no broker gives. The library gathers an answer until it is
 * whole, whatever its length, and goes on when the request has run out of time. Neighbour: kafka-client.ts.
 */
import type { Connection } from "@platformatic/kafka";

/** An answer to a fetch is as large as was asked for, or as its first batch, which brokers bound by message.max.bytes (1 MiB unless somebody sets it). */
const answerBytesMax = 256 * 1024 * 1024;
const lengthBytes = 4;

/** Must be called before the connection connects. */
export function boundAnswers(connection: Connection): void {
  // The pool listens only to a connection's first error, and a second one without a listener would end the process.
  connection.on("error", () => undefined);
  // There is no socket yet; it has no bytes before it is connected.
  queueMicrotask(() => {
    const { socket } = connection as { readonly socket: Connection["socket"] | undefined };
    if (socket === undefined) return;
    const passes = answerLengths();
    socket.on("data", (chunk: Uint8Array) => {
      if (!passes(chunk)) socket.destroy(new Error(`the broker announces an answer of more than ${answerBytesMax} bytes`));
    });
  });
}

/** Takes bytes in order; false: an answer is too long. */
function answerLengths(): (chunk: Uint8Array) => boolean {
  let left = 0;
  let length = 0;
  let read = 0;
  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const passed = Math.min(left, chunk.length - at);
        left -= passed;
        at += passed;
        continue;
      }
      length = length * 256 + (chunk[at++] ?? 0);
      if (++read < lengthBytes) continue;
      if (length > answerBytesMax) return false;
      left = length;
      length = 0;
      read = 0;
    }
    return true;
  };
}
