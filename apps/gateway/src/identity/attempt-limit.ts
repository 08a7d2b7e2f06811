/**
 * AttemptLimit: slows down whoever guesses passwords, by account and by address (an IPv6 address by its network: address-key.ts). Some
 * attempts are free; each further wrong one doubles the wait. The wait of an account stays short, and that of an address may grow. Someone
 * who has signed in from an address before waits there only for the wrong attempts of that address, so that people who guess from
 * everywhere at once lock nobody out.
 * Guarantee: all tables are bounded. An attempt counts from its beginning, so many attempts at once do not avoid the wait. A right password
 * takes back only the wrong attempts of its own account, so that a person with an account cannot use it to guess at others.
 */
import { addressKey } from "./address-key.ts";

export interface AttemptLimits {
  readonly freeAttempts: number;
  readonly firstWaitMs: number;
  readonly accountWaitMsMax: number;
  readonly addressWaitMsMax: number;
  /** A key with no wrong attempt for as long is forgotten. */
  readonly forgottenAfterMs: number;
  readonly keysMax: number;
  /** An account is remembered for this long at the address from which it was signed in. */
  readonly knownForMs: number;
}

export const attemptLimits: AttemptLimits = {
  freeAttempts: 5,
  firstWaitMs: 2_000,
  accountWaitMsMax: 30_000,
  addressWaitMsMax: 15 * 60_000,
  forgottenAfterMs: 15 * 60_000,
  keysMax: 10_000,
  knownForMs: 30 * 86_400_000,
};

interface Row {
  wrong: number;
  untilMs: number;
  lastMs: number;
}

export type Attempt =
  | { readonly kind: "wait"; readonly waitMs: number }
  /** `succeeded` takes back this attempt and the wrong ones of this account. */
  /** `notJudged` takes back only this attempt, because nobody checked the password. */
  | { readonly kind: "go"; succeeded(): void; notJudged(): void };

export class AttemptLimit {
  readonly #limits: AttemptLimits;
  readonly #accounts = new Map<string, Row>();
  readonly #addresses = new Map<string, Row>();
  /** The wrong attempts of an account at an address. */
  readonly #pairs = new Map<string, Row>();
  /** When an account was last signed in from an address. */
  readonly #known = new Map<string, number>();

  constructor(limits: AttemptLimits = attemptLimits) {
    this.#limits = limits;
  }

  begin(account: string, from: string, nowMs: number): Attempt {
    const address = addressKey(from);
    const waitMs = this.waitMs(account, address, nowMs);
    if (waitMs > 0) return { kind: "wait", waitMs };
    const { accountWaitMsMax, addressWaitMsMax } = this.#limits;
    const pair = pairOf(account, address);
    const counted: (() => void)[] = [];
    if (!this.#isKnown(pair, nowMs)) counted.push(this.#count(this.#accounts, account, { waitMsMax: accountWaitMsMax, nowMs }));
    counted.push(this.#count(this.#addresses, address, { waitMsMax: addressWaitMsMax, nowMs }));
    counted.push(this.#count(this.#pairs, pair, { waitMsMax: 0, nowMs }));
    return {
      kind: "go",
      succeeded: () => this.#succeeded(account, address, nowMs),
      notJudged: () => {
        for (const takeBack of counted) takeBack();
      },
    };
  }

  /** How long the next attempt has to wait. */
  waitMs(account: string, from: string, nowMs: number): number {
    const address = addressKey(from);
    const ofAccount = this.#isKnown(pairOf(account, address), nowMs) ? 0 : waitOf(this.#accounts.get(account), nowMs);
    return Math.max(ofAccount, waitOf(this.#addresses.get(address), nowMs));
  }

  get size(): number {
    return this.#accounts.size + this.#addresses.size + this.#pairs.size + this.#known.size;
  }

  #succeeded(account: string, address: string, nowMs: number): void {
    const pair = pairOf(account, address);
    this.#accounts.delete(account);
    const row = this.#addresses.get(address);
    const left = (row?.wrong ?? 0) - (this.#pairs.get(pair)?.wrong ?? 0);
    if (row === undefined || left <= 0) this.#addresses.delete(address);
    else this.#addresses.set(address, { ...row, wrong: left, untilMs: nowMs });
    this.#pairs.delete(pair);
    this.#keep(this.#known, pair, nowMs);
  }

  #isKnown(pair: string, nowMs: number): boolean {
    return nowMs - (this.#known.get(pair) ?? Number.NEGATIVE_INFINITY) < this.#limits.knownForMs;
  }

  /** Returns a function that takes the attempt back. */
  #count(table: Map<string, Row>, key: string, { waitMsMax, nowMs }: { waitMsMax: number; nowMs: number }): () => void {
    const { freeAttempts, firstWaitMs, forgottenAfterMs } = this.#limits;
    const known = table.get(key);
    const wrong = known === undefined || nowMs - known.lastMs > forgottenAfterMs ? 1 : known.wrong + 1;
    const doublings = Math.min(wrong - freeAttempts, 30);
    const untilMs = doublings < 0 ? 0 : nowMs + Math.min(firstWaitMs * 2 ** doublings, waitMsMax);
    this.#keep(table, key, { wrong, untilMs, lastMs: nowMs });
    return () => {
      const now = table.get(key);
      if (now === undefined) return;
      if (now.wrong <= 1) table.delete(key);
      else table.set(key, { ...now, wrong: now.wrong - 1, untilMs: now.untilMs === untilMs ? (known?.untilMs ?? 0) : now.untilMs });
    };
  }

  /** Keeps the last one who tried at the end of the map, so that the oldest entry is dropped first. */
  #keep<T>(table: Map<string, T>, key: string, value: T): void {
    table.delete(key);
    table.set(key, value);
    const [oldest] = table.keys();
    if (table.size > this.#limits.keysMax && oldest !== undefined) table.delete(oldest);
  }
}

function pairOf(account: string, address: string): string {
  return `${account}\u0000${address}`;
}

function waitOf(row: Row | undefined, nowMs: number): number {
  return row === undefined ? 0 : Math.max(0, row.untilMs - nowMs);
}
