/**
 * Standing: what is open by a credential (live streams, streams of messages), so that it ends when the credential does: signed out, revoked, run
 * out, with other roles. Neighbours: identity.ts ends, services/guarded.ts and grpc/publish-stream.ts watch, message-gate.ts asks.
 * Guarantee: it holds only what is open; who came with what has ended since is known as over, also where nothing was watched yet (a body that came slowly).
 */
import { GatewayError } from "../contract/problem.ts";
import type { Principal } from "../contract/principal.ts";

export interface Watched {
  /** Aborts when the credential is over; its reason is credentialOver(). */
  readonly signal: AbortSignal;
  release(): void;
}

/** Those that were made of what has ended; the same session with other roles makes others. */
const over = new WeakSet<object>();

/** Whether what it came with has ended since. */
export function isOver(principal: Principal): boolean {
  return over.has(principal);
}

export class Standing {
  readonly #open = new Map<string, Set<AbortController>>();

  /** Those with something open. */
  credentials(): string[] {
    return [...this.#open.keys()];
  }

  /** With the principal it is over at once where that is. */
  watch(credential: string, principal?: Principal): Watched {
    const controller = new AbortController();
    if (principal !== undefined && over.has(principal)) {
      controller.abort(credentialOver());
      return { signal: controller.signal, release: () => undefined };
    }
    const watching = this.#open.get(credential) ?? new Set();
    watching.add(controller);
    this.#open.set(credential, watching);
    return {
      signal: controller.signal,
      release: () => {
        watching.delete(controller);
        if (watching.size === 0 && this.#open.get(credential) === watching) this.#open.delete(credential);
      },
    };
  }

  end(credential: string, principals: Iterable<Principal> = []): void {
    for (const principal of principals) over.add(principal);
    const watching = this.#open.get(credential);
    this.#open.delete(credential);
    for (const controller of watching ?? []) controller.abort(credentialOver());
  }
}

/** What a stream ends with. */
export function credentialOver(): GatewayError {
  return new GatewayError("UNAUTHENTICATED", {
    detail: "What this was opened with is over: signed out, revoked, run out, or its roles were changed.",
    where: "credential",
    cure: "Sign in again, or use another token.",
  });
}
