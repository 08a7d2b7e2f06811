/**
 * RequestBytes: counts the bytes that the gateway holds for requests that are not done, over all surfaces together: bodies that are still
 * coming, bodies whose answer is not sent, gRPC messages in pieces, streams' batches. Code that needs more takes it first and gives it back
 * once.
 * Neighbours: request-body.ts, fast-path-connection.ts and grpc/ take from it; metrics and health show it.
 * Guarantee: what is held at one time is at most `bytesMax`, counted as memory that is taken, not as bytes that were sent.
 */
import { GatewayError } from "../contract/problem.ts";

const retryAfterMs = 1_000;

export class RequestBytes {
  readonly bytesMax: number;
  #taken = 0;
  #refused = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get taken(): number {
    return this.#taken;
  }

  /** How often there was no room. */
  get refused(): number {
    return this.#refused;
  }

  /** True when more than half is taken; callers that could hold much must then hold little. */
  get isScarce(): boolean {
    return this.#taken * 2 > this.bytesMax;
  }

  /** Returns false when there is no room; then nothing was taken. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.bytesMax) {
      this.#refused++;
      return false;
    }
    this.#taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
  }
}

export function noRoom(): GatewayError {
  return new GatewayError("REQUESTS_TOO_LARGE", {
    detail: "The requests under way hold as much memory as they may together.",
    where: "body",
    cure: "Send again after Retry-After, or raise SIGNALBOX_REQUEST_BYTES_IN_MEMORY_MAX.",
    retryAfterMs,
  });
}
