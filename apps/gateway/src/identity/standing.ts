/**
 * Standing: what was opened with a credential (live streams, streams of messages), so that it ends when the credential does: signed out,
 * revoked, expired, or given other roles. Neighbours: identity.ts ends, services/guarded.ts and grpc/publish-stream.ts watch,
 * message-gate.ts asks.
 * Guarantee: it holds only what is open. A principal whose credential has ended since is known to be over, also where nothing was watched
 * yet (a body that came slowly), and in whatever form the principal was passed on.
 */
import { GatewayError } from "../contract/problem.ts";
import type { Principal } from "../contract/principal.ts";

export interface Watched {
  /** Aborts when the credential ends; its reason is credentialOver(). */
  readonly signal: AbortSignal;
  release(): void;
}

/** Returns whether the credential of the principal has ended since. The same session with other roles has another lease. */
export function isOver({ lease }: Pick<Principal, "lease">): boolean {
  return lease?.isOver === true;
}

export class Standing {
  readonly #open = new Map<string, Set<AbortController>>();
  /** When the certificates run out by which connections have something open. */
  readonly #untilMs = new Map<AbortController, number>();

  /** Lists the credentials that have something open. */
  credentials(): string[] {
    return [...this.#open.keys()];
  }

  /** Watches the credential. When the principal's lease is over already, the signal is aborted at once. */
  watch(credential: string, principal?: Principal): Watched {
    const controller = new AbortController();
    if (principal !== undefined && isOver(principal)) {
      controller.abort(credentialOver());
      return { signal: controller.signal, release: () => undefined };
    }
    const watching = this.#open.get(credential) ?? new Set();
    watching.add(controller);
    this.#open.set(credential, watching);
    if (principal?.untilMs !== undefined) this.#untilMs.set(controller, principal.untilMs);
    return {
      signal: controller.signal,
      release: () => {
        this.#untilMs.delete(controller);
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

  /** Ends what is open by certificates that have run out. */
  endRunOut(nowMs: number): void {
    for (const [controller, untilMs] of this.#untilMs) if (untilMs <= nowMs) controller.abort(credentialOver());
  }
}

/** Makes the error with which a stream ends. */
export function credentialOver(): GatewayError {
  return new GatewayError("UNAUTHENTICATED", {
    detail: "What this was opened with is over: signed out, revoked, run out, or its roles were changed.",
    where: "credential",
    cure: "Sign in again, or use another token.",
  });
}
