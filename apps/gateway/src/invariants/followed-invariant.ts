/**
 * FollowedInvariant: one invariant and its phase: starting, followed by its fold, or not known and why. Neighbours: invariant-watch.ts
 * gives it rows and records, invariant-fold.ts adds them up.
 */
import { eraNumberOf, type Era, type JournalRecord } from "@signalbox/runtime";
import type { InvariantRecord } from "../catalog/catalog.ts";
import type { InvariantPastCheck, InvariantRow, InvariantViolation } from "../contract/entities/invariants.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { InvariantFold } from "./invariant-fold.ts";
import type { KeptStanding } from "./kept-standing.ts";
import type { StartRow } from "./start-rows.ts";
import { Unknown, type Decode } from "./term-sums.ts";
import { ValueStrip } from "./value-strip.ts";

type Phase =
  | { readonly kind: "starting" }
  | { readonly kind: "following"; readonly fold: InvariantFold; readonly from: readonly number[] }
  | { readonly kind: "not-known"; readonly why: string; readonly cure: string; readonly again: boolean };

export class FollowedInvariant {
  readonly record: InvariantRecord;
  readonly rule: CompiledRule;
  readonly #decode: Decode;
  readonly #strip = new ValueStrip();
  #phase: Phase = { kind: "starting" };
  #fold: InvariantFold | undefined;
  #expected: string | undefined;
  #sinceMs: number | null = null;
  #lookedMs: number | null = null;
  #records = 0;
  #earlier: InvariantViolation | null = null;
  past: InvariantPastCheck | null = null;

  constructor(record: InvariantRecord, rule: CompiledRule, decode: Decode) {
    this.record = record;
    this.rule = rule;
    this.#decode = decode;
  }

  /** Whether it waits for its first start, or for another one. */
  get wantsStart(): boolean {
    return this.#phase.kind === "starting" || (this.#phase.kind === "not-known" && this.#phase.again);
  }

  get following(): InvariantFold | undefined {
    return this.#phase.kind === "following" ? this.#phase.fold : undefined;
  }

  get violated() {
    return this.following?.violated;
  }

  /** Called before the rows of a start. After a restore other data are in force, so a total that never changes is measured again. */
  begin({ afterRestore }: { readonly afterRestore: boolean }): void {
    if (afterRestore) this.#expected = undefined;
    this.#fold = new InvariantFold(this.rule, { decode: this.#decode, expected: this.#expected });
  }

  startRow(row: StartRow): void {
    try {
      this.#fold?.start(row);
    } catch (error) {
      this.#lost(error);
    }
  }

  started(from: readonly number[], nowMs: number): void {
    const fold = this.#fold;
    if (fold === undefined) return;
    try {
      fold.started(nowMs);
    } catch (error) {
      this.#lost(error);
      return;
    }
    this.#expected = fold.expected ?? undefined;
    this.#phase = { kind: "following", fold, from };
    this.#sinceMs = nowMs;
    this.#lookedMs = nowMs;
    this.#point(nowMs);
  }

  take(record: JournalRecord, partition: number): void {
    if (this.#phase.kind !== "following" || record.sequence < (this.#phase.from[partition] ?? 0)) return;
    try {
      this.#phase.fold.take(record);
      this.#records += 1;
    } catch (error) {
      this.#lost(error);
    }
  }

  /** Returns true when it is violated since this epoch. */
  epochEnded(nowMs: number): boolean {
    const fold = this.following;
    if (fold === undefined) return false;
    const began = fold.epochEnded();
    this.#earlier = fold.earlier ?? this.#earlier;
    this.#lookedMs = nowMs;
    this.#point(nowMs);
    return began;
  }

  looked(nowMs: number): void {
    if (this.following === undefined) return;
    this.#lookedMs = nowMs;
    this.#point(nowMs);
  }

  /** Forgets the fold: nothing is known until the next start. */
  lose(why: string, cure: string, { again }: { readonly again: boolean }): void {
    this.#fold = undefined;
    this.#phase = { kind: "not-known", why, cure, again };
  }

  keep(places: readonly number[], eras: readonly Era[]): KeptStanding {
    const phase = this.#phase;
    // An invariant that began at a later place than the others cannot be continued from their places, so it keeps no fold and starts anew.
    const ahead = phase.kind === "following" && phase.from.some((place, partition) => place > (places[partition] ?? 0));
    const fold = ahead ? undefined : this.following?.keep();
    return {
      era: eraNumberOf(eras, Number.MAX_SAFE_INTEGER),
      places: [...places],
      fold: fold ?? null,
      expected: this.#expected ?? null,
      sinceMs: this.#sinceMs,
      records: this.#records,
      earlier: this.#earlier,
    };
  }

  /**
   * Continues from what was kept. Returns false when it has to start anew; a total that never changes keeps its expected value even then.
   */
  goOn(kept: KeptStanding, nowMs: number): boolean {
    this.#expected = kept.expected ?? undefined;
    this.#earlier = kept.earlier;
    if (kept.fold === null) return false;
    const fold = new InvariantFold(this.rule, { decode: this.#decode });
    fold.goOn(kept.fold);
    this.#phase = { kind: "following", fold, from: kept.places };
    this.#sinceMs = kept.sinceMs;
    this.#records = kept.records;
    this.#point(nowMs);
    return true;
  }

  row(): InvariantRow {
    const { id, name, rule, by, createdMs } = this.record;
    const fold = this.following;
    return {
      id,
      name,
      rule,
      by,
      createdMs,
      status: this.#status(),
      value: fold?.value ?? null,
      expected: fold?.expected ?? this.#expected ?? null,
      sinceMs: this.#sinceMs,
      lookedMs: this.#lookedMs,
      records: this.#records,
      earlier: this.#earlier,
      points: [...this.#strip.points],
      past: this.past,
    };
  }

  #status(): InvariantRow["status"] {
    const phase = this.#phase;
    if (phase.kind === "not-known") return { kind: "not-known", why: phase.why, cure: phase.cure };
    if (phase.kind === "starting") return { kind: "starting" };
    const { violated } = phase.fold;
    return violated === undefined ? { kind: "holds" } : { kind: "violated", first: violated.first ?? null, sinceMs: violated.sinceMs };
  }

  #point(nowMs: number): void {
    const fold = this.following;
    if (fold !== undefined) this.#strip.add(nowMs, Number(fold.value), fold.violated === undefined);
  }

  #lost(error: unknown): void {
    if (!(error instanceof Unknown)) throw error;
    this.lose(error.message, error.cure, { again: true });
  }
}
