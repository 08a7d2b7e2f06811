/**
 * boundedFetch: fetch for answers of a few kilobytes. An answer that the other side makes longer is refused, also when it is compressed.
 * Neighbour: identity-provider.ts, whose library reads each answer completely.
 */

const answerBytesMax = 1024 * 1024;
/** Answers with these statuses have no body, and a Response with one cannot be made of them. */
const bodiless: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly redirect: "manual";
  /** The form, as the library sends it. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Rejects as fetch does, and where the answer is too long. */
export async function boundedFetch(url: string, { body: sent, signal, ...rest }: Sent): Promise<Response> {
  const form = sent instanceof URLSearchParams || typeof sent === "string" ? sent : null;
  const { body, status, statusText, headers } = await fetch(url, { ...rest, body: form, ...(signal === undefined ? {} : { signal }) });
  const bytes = body === null ? null : await readBounded(body, new URL(url).host);
  return new Response(bodiless.has(status) ? null : bytes, { status, statusText, headers });
}

async function readBounded(body: ReadableStream<Uint8Array>, host: string): Promise<Buffer<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the connection.
  for await (const piece of body) {
    size += piece.length;
    if (size > answerBytesMax) throw new Error(`an answer of ${host} has more than ${answerBytesMax} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
