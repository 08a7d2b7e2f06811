/**
 * WhileGood: streams, waits and downloads end when the credential of their caller ends: at once when it was ended here, within the time of
 * a sweep when it expired (identity/identity.ts). Neighbours: guarded.ts wraps each call, identity/standing.ts reports the end. Guarantee:
 * what is ended is refused with UNAUTHENTICATED and a text; a change that is under way and audited is not cut off, but finishes and gives
 * its answer.
 */
import type { Readable } from "node:stream";
import { isAudited, type Operation } from "../contract/operation.ts";
import type { Principal } from "../contract/principal.ts";
import { credentialOver, type Standing, type Watched } from "../identity/standing.ts";

interface Held {
  /** Aborts with the caller's signal or when the credential ends. */
  readonly signal: AbortSignal;
  /** The answer, or the refusal when the credential ends first. A change checks the signal itself. */
  orOver(serving: () => unknown): Promise<unknown>;
  release(): void;
}

/** Undefined when the caller's credential cannot end, or the operation must not be cut off. */
export function held(
  standing: Pick<Standing, "watch"> | undefined,
  { principal, operation, signal }: { principal: Principal; operation: Operation; signal: AbortSignal | undefined },
): Held | undefined {
  if (standing === undefined || principal.credential === undefined) return undefined;
  if (isAudited(operation) && operation.comesInPieces !== true) return undefined;
  const watched = standing.watch(principal.credential, principal);
  return {
    signal: signal === undefined ? watched.signal : AbortSignal.any([signal, watched.signal]),
    async orOver(serving) {
      if (watched.signal.aborted) throw credentialOver();
      if (isAudited(operation)) return serving();
      const over = Promise.withResolvers<never>();
      const end = (): void => over.reject(credentialOver());
      watched.signal.addEventListener("abort", end, { once: true });
      try {
        return await Promise.race([serving(), over.promise]);
      } finally {
        watched.signal.removeEventListener("abort", end);
      }
    },
    release: () => watched.release(),
  };
}

/** An answer in pieces (a file, an export) is sent only while the credential is valid; after that it breaks off. */
export function piecesWhileGood(output: unknown, standing: Pick<Standing, "watch"> | undefined, principal: Principal): unknown {
  const { credential } = principal;
  if (standing === undefined || credential === undefined || typeof output !== "object" || output === null) return output;
  const watch = (): Watched => standing.watch(credential, principal);
  if ("content" in output && isReadable(output.content)) {
    const { content } = output;
    const watched = watch();
    content.once("close", () => watched.release());
    watched.signal.addEventListener("abort", () => content.destroy(credentialOver()), { once: true });
    if (watched.signal.aborted) content.destroy(credentialOver());
    return output;
  }
  return Symbol.asyncIterator in output ? eachWhileGood(output as AsyncIterable<unknown>, watch) : output;
}

async function* eachWhileGood(pieces: AsyncIterable<unknown>, watch: () => Watched): AsyncGenerator<unknown> {
  const watched = watch();
  try {
    for await (const piece of pieces) {
      watched.signal.throwIfAborted();
      yield piece;
    }
  } finally {
    watched.release();
  }
}

function isReadable(value: unknown): value is Readable {
  return typeof value === "object" && value !== null && "destroy" in value && typeof value.destroy === "function" && "once" in value;
}
