/** readBody: reads the bytes of a request of the cluster, with a limit for each and for the sum of all that are being read. */
import type { IncomingMessage } from "node:http";

/** A part of a transaction (EgressSink.java sends 4 MiB, or one record that is larger). */
const bodyBytesMax = 64 * 1024 * 1024;
const bodiesBytesMax = 256 * 1024 * 1024;
let held = 0;

export type Body =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      held += chunk.length;
      if (size > bodyBytesMax) return { kind: "refused", status: 413, reason: `a body has at most ${bodyBytesMax} bytes` };
      if (held > bodiesBytesMax) return { kind: "refused", status: 503, reason: "too much is being read at once" };
      chunks.push(chunk);
    }
    return { kind: "bytes", bytes: Buffer.concat(chunks) };
  } finally {
    held -= size;
  }
}
