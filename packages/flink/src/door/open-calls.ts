/**
 * OpenCalls: calls of functions, and polls of the ingress log, that Flink waits for. Once the state of a run lies in the savepoint that
 * ends it, what they bring no longer counts. A call that hangs would keep its task from ending, and so delay the next start for the whole
 * call timeout, so it is answered with nothing. Neighbour: cluster-door.ts.
 */
import type { ServerResponse } from "node:http";
import { FromFunction } from "@signalbox/proto";

/** A reply of a function that does nothing. */
const nothing = FromFunction.encode({ invocationResult: {} }).finish();

export class OpenCalls {
  readonly #open = new Map<ServerResponse, { readonly run: string; readonly nothing: Uint8Array }>();
  #ended: string | undefined;
  /** The time of the last call. */
  #called: string | undefined;

  /** Whether a task of this run has called a function: then it has its state. */
  hasCalled(run: string): boolean {
    return this.#called === run;
  }

  /** Returns false when it was answered because the run has ended. The entry is removed with the response. */
  begin(run: string, response: ServerResponse): boolean {
    if (run === this.#ended) {
      answer(response, nothing);
      return false;
    }
    this.#called = run;
    this.#hold(response, { run, nothing });
    return true;
  }

  /** `empty` is the answer to a poll that finds nothing. */
  beginPoll(run: string, response: ServerResponse, empty: Uint8Array): void {
    this.#hold(response, { run, nothing: empty });
  }

  #hold(response: ServerResponse, held: { readonly run: string; readonly nothing: Uint8Array }): void {
    this.#open.set(response, held);
    response.once("close", () => this.#open.delete(response));
  }

  end(run: string): void {
    this.#ended = run;
    for (const [response, held] of this.#open) if (held.run === run) answer(response, held.nothing);
  }
}

function answer(response: ServerResponse, bytes: Uint8Array): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length }).end(bytes);
}
