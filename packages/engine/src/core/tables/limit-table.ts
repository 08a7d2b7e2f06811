/**
 * LimitTable: the limits in force, as this partition's share, and their scopes. Keys without messages and with a full bucket are forgotten.
 * At most limitKeysMax keys have a scope of their own; the rest share one, which is stricter and never lets more through (G6). Its time is
 * steady: a step of the wall clock does not change it (scheduling/clock-step.ts). Neighbour: scheduling/limits.ts (changes the counts,
 * holds and lets go).
 */
import { limitCovers, limitKeyOf, type LimitSpec } from "@signalbox/runtime/model/limit-spec";
import { coverageMark } from "../coverage-mark.ts";
import { LimitScope } from "./limit-scope.ts";
import { TokenBucket } from "./token-bucket.ts";

/** The limits that cover one function type. */
export interface TypeLimits {
  readonly shared: readonly LimitScope[];
  /** Its scopes are the lanes of the type (ready-lanes.ts). */
  readonly keyed: Limit | undefined;
}

/** For each new key at most so many resting ones are looked at, and forgotten if they may be. */
const forgottenAtOnceMax = 8;

export class Limit {
  readonly spec: LimitSpec;
  /** The scope of everything that the limit covers; with a limit by key, the scope that keys without one of their own share. */
  readonly common: LimitScope;
  readonly byKey = new Map<string, LimitScope>();
  /** The scopes of `byKey` without messages, in the order in which they came to rest. */
  readonly resting = new Set<LimitScope>();
  /** Buckets are empty when their limit comes into force. A key that is first seen later has filled its bucket since then. */
  private readonly freshFullAtMs: number;

  /** `before`: the limit of this id until now; what was taken from its buckets stays taken. */
  constructor(spec: LimitSpec, nowMs: number, before: Limit | undefined) {
    this.spec = spec;
    const { messagesPerSecond: perSecond, burstMessages: burst } = spec;
    const emptyFullAtMs = perSecond === undefined ? nowMs : nowMs + (burst * 1000) / perSecond;
    const fresh = before?.newScope(undefined, before.freshFullAtMs).bucket;
    this.freshFullAtMs = this.carried(fresh, nowMs) ?? emptyFullAtMs;
    this.common = this.newScope(undefined, this.carried(before?.common.bucket, nowMs) ?? emptyFullAtMs);
    if (spec.key.kind === "all") return;
    for (const [key, { bucket }] of before?.byKey ?? []) {
      const fullAtMs = this.carried(bucket, nowMs);
      if (fullAtMs === undefined || fullAtMs <= nowMs) continue;
      const scope = this.newScope(key, fullAtMs);
      this.byKey.set(key, scope);
      this.resting.add(scope);
    }
  }

  newScope(key: string | undefined, fullAtMs: number): LimitScope {
    const { messagesPerSecond: perSecond, burstMessages: burst } = this.spec;
    return new LimitScope(this.spec, key, perSecond === undefined ? undefined : new TokenBucket({ perSecond, burst, fullAtMs }));
  }

  /** A key that shared the common bucket until now gets a new one that is no fuller than the common bucket is. */
  freshScope(key: string, nowMs: number): LimitScope {
    return this.newScope(key, Math.max(this.freshFullAtMs, this.common.bucket?.fullFromMs(nowMs) ?? 0));
  }

  private carried(bucket: TokenBucket | undefined, nowMs: number): number | undefined {
    const { messagesPerSecond: perSecond, burstMessages: burst } = this.spec;
    if (bucket === undefined || perSecond === undefined) return undefined;
    return nowMs + ((burst - Math.min(burst, bucket.level(nowMs))) * 1000) / perSecond;
  }
}

export class LimitTable {
  private limits: readonly Limit[] = [];
  private readonly keysMax: number;
  private keys = 0;
  /** The time of the current step, in steady time since the first limit came into force. */
  nowMs = 0;
  private offsetMs = 0;

  constructor(keysMax: number) {
    this.keysMax = keysMax;
  }

  get isEmpty(): boolean {
    return this.limits.length === 0;
  }

  get all(): readonly Limit[] {
    return this.limits;
  }

  at(wallMs: number): void {
    this.nowMs = this.steadyMs(wallMs);
  }

  steadyMs(wallMs: number): number {
    return wallMs - this.offsetMs;
  }

  step(byMs: number): void {
    this.offsetMs += byMs;
    this.nowMs -= byMs;
  }

  wallMs(steadyMs: number): number {
    return steadyMs + this.offsetMs;
  }

  /** Puts other limits in force. `specs` are this partition's shares. */
  replace(specs: readonly LimitSpec[], wallMs: number): void {
    if (this.isEmpty) this.offsetMs = wallMs;
    this.at(wallMs);
    const before = new Map(this.limits.map((limit) => [limit.spec.id, limit]));
    this.limits = specs.map((spec) => new Limit(spec, this.nowMs, before.get(spec.id)));
    this.keys = this.limits.reduce((sum, { byKey }) => sum + byKey.size, 0);
  }

  ofType(type: string): TypeLimits | undefined {
    const covering = this.limits.filter(({ spec }) => limitCovers(spec, type));
    if (covering.length === 0) return undefined;
    // The gateway refuses two by key for one type; an exact name comes before a namespace.
    const byKey = covering.filter(({ spec }) => spec.key.kind !== "all");
    const exact = byKey.find(({ spec }) => spec.cover.kind === "functions" && spec.cover.name !== "*");
    return { shared: covering.filter(({ spec }) => spec.key.kind === "all").map(({ common }) => common), keyed: exact ?? byKey[0] };
  }

  ofIngress(ingress: string): readonly Limit[] {
    return this.limits.filter(({ spec }) => spec.cover.kind === "ingress" && spec.cover.ingress === ingress);
  }

  /** The scope of the id's own key, if the key has one now. */
  find(limit: Limit, id: string): LimitScope | undefined {
    const key = limitKeyOf(limit.spec.key, id);
    return key === undefined ? limit.common : limit.byKey.get(key);
  }

  /** The scope of the id's key, which is made when there is room for it; else the common one. */
  scopeOf(limit: Limit, id: string): LimitScope {
    const key = limitKeyOf(limit.spec.key, id);
    if (key === undefined) return limit.common;
    const known = limit.byKey.get(key);
    if (known !== undefined) return known;
    for (const one of this.limits) this.forgetSome(one);
    if (this.keys >= this.keysMax) {
      coverageMark("limit-key-shares-a-bucket");
      return limit.common;
    }
    const made = limit.freshScope(key, this.nowMs);
    limit.byKey.set(key, made);
    limit.resting.add(made);
    this.keys++;
    return made;
  }

  private forgetSome({ byKey, resting }: Limit): void {
    let looked = 0;
    for (const scope of resting) {
      if (looked++ >= forgottenAtOnceMax || !scope.isForgettable(this.nowMs)) return;
      coverageMark("limit-key-forgotten");
      resting.delete(scope);
      if (scope.key !== undefined) byKey.delete(scope.key);
      this.keys--;
    }
  }
}
