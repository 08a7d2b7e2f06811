/**
 * CredentialCache: keeps for a while what the catalog knows of sessions and tokens, so that a request needs no question to the database.
 * After `freshMs` the catalog is asked again while requests go on; when it does not answer, its last answer holds for `staleMsMax`.
 * Neighbours: identity.ts makes principals of it. It forgets at once what is revoked here, and within freshMs what was changed in the
 * database.
 * Guarantee: bounded in entries, and in questions a second about secrets that nobody has. The lease of a principal ends with what it was
 * made of, however often that was read again in between.
 */
import { GatewayError } from "../contract/problem.ts";
import type { Lease, OuterDoor, Principal } from "../contract/principal.ts";

export interface Known {
  /** `session:<id>` or `token:<id>`. */
  readonly credential: string;
  readonly principal: Omit<Principal, "door" | "lease">;
  /** Infinity when it never ends. */
  readonly expiresMs: number;
  /** The credential has ended when it was not used for this long; Infinity when that does not count. */
  readonly idleMsMax: number;
  readonly usedMs: number;
}

export interface CacheLimits {
  readonly entriesMax: number;
  readonly freshMs: number;
  readonly staleMsMax: number;
  readonly questionsPerSecondMax: number;
}

const cacheLimits: CacheLimits = { entriesMax: 10_000, freshMs: 15_000, staleMsMax: 15 * 60_000, questionsPerSecondMax: 200 };

/** How often one question is asked again because sessions or tokens ended meanwhile. */
const readsMax = 10;

interface Entry {
  known: Known;
  readMs: number;
  usedMs: number;
  asking: Promise<Known | undefined> | undefined;
  readonly made: Made;
}

/** What was made of an entry. The entries that replace it take it over while the catalog's answer stays the same. */
interface Made {
  readonly lease: Lease;
  readonly byDoor: Partial<Record<OuterDoor, Principal>>;
}

export interface CredentialCacheOptions {
  /** Reads what the catalog knows, by the hash of the secret; undefined when nobody has it. */
  readonly read: (hash: string) => Promise<Known | undefined>;
  readonly nowMs: () => number;
  /** Called when the catalog's answer has changed, because what was opened with the old one has to end. */
  readonly ended?: (credential: string) => void;
  readonly limits?: CacheLimits;
}

export class CredentialCache {
  readonly #options: CredentialCacheOptions;
  readonly #limits: CacheLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<Known | undefined>>();
  #used = new Map<string, number>();
  /** How many times `forget` was called. */
  #forgotten = 0;
  #second = 0;
  #questions = 0;

  constructor(options: CredentialCacheOptions) {
    this.#options = options;
    this.#limits = options.limits ?? cacheLimits;
  }

  /** Undefined when nobody has it or it has ended. Rejects with the catalog's error, or with TOO_MANY_ATTEMPTS. */
  principal(hash: string, door: OuterDoor): Principal | undefined | Promise<Principal | undefined> {
    const nowMs = this.#options.nowMs();
    const entry = this.#entries.get(hash);
    if (entry === undefined) return this.#ask(hash, nowMs).then(() => this.#current(hash, door));
    const ageMs = Math.abs(nowMs - entry.readMs);
    if (ageMs >= this.#limits.freshMs) {
      const asking = (entry.asking ??= this.#askAgain(hash, entry));
      if (ageMs >= this.#limits.staleMsMax) return asking.then(() => this.#current(hash, door));
      asking.catch(() => undefined);
    }
    return this.#current(hash, door);
  }

  /** Whether what is open by the credential may stay open; counts as a use. */
  async isGood(credential: string): Promise<boolean> {
    for (const [hash, { known }] of this.#entries)
      if (known.credential === credential) return (await this.principal(hash, "http")) !== undefined;
    return false;
  }

  /**
   * Forgets entries at once (signed out, revoked, roles changed), so that the catalog is asked again. Questions under way are repeated too.
   */
  forget(which: (known: Known) => boolean): string[] {
    this.#forgotten++;
    const removed: string[] = [];
    for (const [hash, { known, made }] of this.#entries) {
      if (!which(known)) continue;
      this.#entries.delete(hash);
      made.lease.isOver = true;
      removed.push(known.credential);
    }
    return removed;
  }

  /** When each was used last, since the last time this was asked. */
  takeUsed(): Map<string, number> {
    const used = this.#used;
    this.#used = new Map();
    return used;
  }

  #current(hash: string, door: OuterDoor): Principal | undefined {
    const entry = this.#entries.get(hash);
    if (entry === undefined) return undefined;
    const { known, made } = entry;
    const nowMs = this.#options.nowMs();
    if (nowMs >= known.expiresMs || nowMs - entry.usedMs > known.idleMsMax) {
      this.#entries.delete(hash);
      made.lease.isOver = true;
      return undefined;
    }
    entry.usedMs = nowMs;
    this.#used.set(known.credential, nowMs);
    return (made.byDoor[door] ??= { ...known.principal, door, lease: made.lease });
  }

  #ask(hash: string, nowMs: number): Promise<Known | undefined> {
    const asking = this.#asking.get(hash);
    if (asking !== undefined) return asking;
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) this.#questions = 0;
    this.#second = second;
    if (++this.#questions > this.#limits.questionsPerSecondMax) return Promise.reject(tooMany());
    const question = this.#read(hash)
      .then((known) => {
        if (known !== undefined) this.#keep(hash, known);
        return known;
      })
      .finally(() => this.#asking.delete(hash));
    this.#asking.set(hash, question);
    return question;
  }

  /** Reads again when something was forgotten meanwhile, because the answer may be older than that. */
  async #read(hash: string): Promise<Known | undefined> {
    for (let reads = 0; reads < readsMax; reads++) {
      const before = this.#forgotten;
      const known = await this.#options.read(hash);
      if (before === this.#forgotten) return known;
    }
    return undefined;
  }

  async #askAgain(hash: string, entry: Entry): Promise<Known | undefined> {
    try {
      const known = await this.#options.read(hash);
      // The entry was forgotten meanwhile, so the answer may be older than that.
      if (this.#entries.get(hash) !== entry) return undefined;
      const isSame = known !== undefined && JSON.stringify(known.principal) === JSON.stringify(entry.known.principal);
      if (known === undefined) this.#entries.delete(hash);
      else this.#keep(hash, { ...known, usedMs: Math.max(known.usedMs, entry.usedMs) }, isSame ? entry.made : undefined);
      if (!isSame) this.#end(entry);
      return known;
    } finally {
      entry.asking = undefined;
    }
  }

  #end({ known, made }: Entry): void {
    made.lease.isOver = true;
    this.#options.ended?.(known.credential);
  }

  #keep(hash: string, known: Known, made: Made = { lease: { isOver: false }, byDoor: {} }): void {
    this.#entries.delete(hash);
    this.#entries.set(hash, { known, readMs: this.#options.nowMs(), usedMs: known.usedMs, asking: undefined, made });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#limits.entriesMax && oldest !== undefined) this.#entries.delete(oldest);
  }
}

function tooMany(): GatewayError {
  return new GatewayError("TOO_MANY_ATTEMPTS", {
    detail: "Too many requests with sessions and tokens that nobody has.",
    where: "credential",
    cure: "Try again after Retry-After; if it stays, a program uses a token that was revoked.",
    retryAfterMs: 1_000,
  });
}
