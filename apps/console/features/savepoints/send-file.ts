/**
 * sendFile: sends one file to the gateway with its progress, which fetch cannot report. A refusal rejects in the form that ErrorState
 * reads.
 */
import * as z from "zod/mini";

export interface SendOptions<Answer> {
  readonly method?: "POST" | "PUT";
  /** Reads what is needed of the gateway's answer. */
  readonly read: (body: unknown) => Answer;
  readonly url: string;
  readonly file: Blob;
  /** From 0 to 1; at 1 the gateway has everything and checks it. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** A refusal in the form in which tRPC would carry it. */
class Refused extends Error {
  readonly data: { readonly problem: unknown };

  constructor(problem: unknown) {
    super("the gateway refused the file");
    this.data = { problem };
  }
}

/** An answer that is none of the gateway's, as a proxy before it gives when a file is too large for it; problem.ts reads its status. */
class ForeignAnswer extends Error {
  readonly meta: { readonly response: { readonly status: number } };

  constructor(status: number) {
    super("the answer is not valid JSON");
    this.meta = { response: { status } };
  }
}

function jsonOf({ responseText, status }: XMLHttpRequest): unknown {
  try {
    return JSON.parse(responseText);
  } catch {
    throw new ForeignAnswer(status);
  }
}

/** Returns the id of what the gateway made of it. */
export function readId(body: unknown): string {
  return z.object({ id: z.string() }).parse(body).id;
}

export function sendFile<Answer>({ url, file, onProgress, signal, read, method = "POST" }: SendOptions<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
    request.addEventListener("load", () => {
      try {
        const body = jsonOf(request);
        if (request.status >= 200 && request.status < 300) resolve(read(body));
        else reject(new Refused(body));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    request.addEventListener("error", () => reject(new Error("failed to fetch")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.open(method, url);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.send(file);
  });
}
