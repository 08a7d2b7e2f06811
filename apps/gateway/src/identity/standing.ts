/**
 * Standing: what is open by a credential (live streams, streams of messages), so that it ends when the credential does: signed out, revoked, run
 * out, with other roles. Neighbours: identity.ts ends, services/guarded.ts and grpc/publish-stream.ts watch.
 * Guarantee: it holds only what is open.
 */
import { GatewayError } from "../contract/problem.ts";

export interface Watched {
  /** Aborts when the credential is over. */
  readonly signal: AbortSignal;
  release(): void;
}

export class Standing {
  readonly #open = new Map<string, Set<AbortController>>();

  /** Those with something open. */
  credentials(): string[] {
    return [...this.#open.keys()];
  }

  watch(credential: string): Watched {
    const controller = new AbortController();
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
    for (const controller of watching ?? []) controller.abort();
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
