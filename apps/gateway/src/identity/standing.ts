/**
 * Standing: what is open by a credential (live streams, streams of messages), so that it ends when the credential does: signed out, revoked, run
 * out, with other roles. Neighbours: identity.ts ends, services/guarded.ts and grpc/publish-stream.ts watch, message-gate.ts asks.
 * Guarantee: it holds only what is open; who came with what has ended since is known as over, also where nothing was watched yet (a body that came slowly), and
 * in whatever form its principal was handed on.
 */
import { GatewayError } from "../contract/problem.ts";
import type { Principal } from "../contract/principal.ts";

export interface Watched {
  /** Aborts when the credential is over; its reason is credentialOver(). */
  readonly signal: AbortSignal;
  release(): void;
}

/** Whether what it came with has ended since. The same session with other roles has another lease. */
export function isOver({ lease }: Pick<Principal, "lease">): boolean {
  return lease?.isOver === true;
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
    if (principal !== undefined && isOver(principal)) {
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

  end(credential: string): void {
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
