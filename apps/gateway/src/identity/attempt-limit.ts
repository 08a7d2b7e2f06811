/**
 * AttemptLimit: slows whoever guesses passwords, by account and by address. Some attempts are free; each wrong one behind them doubles the wait.
 * An account's wait stays short, so that nobody can lock a person out by guessing; an address's grows.
 * Guarantee: both tables are bounded; an attempt counts from its beginning, so that many at once are no way round.
 */

export interface AttemptLimits {
  readonly freeAttempts: number;
  readonly firstWaitMs: number;
  readonly accountWaitMsMax: number;
  readonly addressWaitMsMax: number;
  /** A key with no wrong attempt for as long is forgotten. */
  readonly forgottenAfterMs: number;
  readonly keysMax: number;
}

export const attemptLimits: AttemptLimits = {
  freeAttempts: 5,
  firstWaitMs: 2_000,
  accountWaitMsMax: 30_000,
  addressWaitMsMax: 15 * 60_000,
  forgottenAfterMs: 15 * 60_000,
  keysMax: 10_000,
};

interface Row {
  wrong: number;
  untilMs: number;
  lastMs: number;
}

export type Attempt =
  | { readonly kind: "wait"; readonly waitMs: number }
  /** `succeeded` takes the attempt back, and what its account and address had against them. */
  | { readonly kind: "go"; succeeded(): void };

export class AttemptLimit {
  readonly #limits: AttemptLimits;
  readonly #accounts = new Map<string, Row>();
  readonly #addresses = new Map<string, Row>();

  constructor(limits: AttemptLimits = attemptLimits) {
    this.#limits = limits;
  }

  begin(account: string, address: string, nowMs: number): Attempt {
    const waitMs = Math.max(waitOf(this.#accounts.get(account), nowMs), waitOf(this.#addresses.get(address), nowMs));
    if (waitMs > 0) return { kind: "wait", waitMs };
    const { accountWaitMsMax, addressWaitMsMax } = this.#limits;
    this.#count(this.#accounts, account, { waitMsMax: accountWaitMsMax, nowMs });
    this.#count(this.#addresses, address, { waitMsMax: addressWaitMsMax, nowMs });
    return {
      kind: "go",
      succeeded: () => {
        this.#accounts.delete(account);
        this.#addresses.delete(address);
      },
    };
  }

  /** What the next attempt has to wait for, when it is a wrong one again. */
  waitMs(account: string, address: string, nowMs: number): number {
    return Math.max(waitOf(this.#accounts.get(account), nowMs), waitOf(this.#addresses.get(address), nowMs));
  }

  get size(): number {
    return this.#accounts.size + this.#addresses.size;
  }

  #count(table: Map<string, Row>, key: string, { waitMsMax, nowMs }: { waitMsMax: number; nowMs: number }): void {
    const { freeAttempts, firstWaitMs, forgottenAfterMs, keysMax } = this.#limits;
    const known = table.get(key);
    const wrong = known === undefined || nowMs - known.lastMs > forgottenAfterMs ? 1 : known.wrong + 1;
    const doublings = Math.min(wrong - freeAttempts, 30);
    const untilMs = doublings < 0 ? 0 : nowMs + Math.min(firstWaitMs * 2 ** doublings, waitMsMax);
    // Last in the map is who tried last.
    table.delete(key);
    table.set(key, { wrong, untilMs, lastMs: nowMs });
    const [oldest] = table.keys();
    if (table.size > keysMax && oldest !== undefined) table.delete(oldest);
  }
}

function waitOf(row: Row | undefined, nowMs: number): number {
  return row === undefined ? 0 : Math.max(0, row.untilMs - nowMs);
}
