/**
 * sendFile: one file to the gateway with its progress, which fetch cannot tell of. A refusal rejects in the form that ErrorState reads.
 */
import { z } from "zod";

export interface SendOptions {
  readonly url: string;
  readonly file: Blob;
  /** 0 to 1; at 1 the gateway has all and checks it. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** A refusal as tRPC would carry it. */
class Refused extends Error {
  readonly data: { readonly problem: unknown };

  constructor(problem: unknown) {
    super("the gateway refused the file");
    this.data = { problem };
  }
}

const answer = z.object({ id: z.string() });

/** Resolves with the id of what the gateway made of it. */
export function sendFile({ url, file, onProgress, signal }: SendOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
    request.addEventListener("load", () => {
      try {
        const body: unknown = JSON.parse(request.responseText);
        if (request.status === 201) resolve(answer.parse(body).id);
        else reject(new Refused(body));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    request.addEventListener("error", () => reject(new Error("failed to fetch")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.open("POST", url);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.send(file);
  });
}
