/**
 * InvariantWatch: follows all invariants through the journal while traffic flows: one scan to start from, then record by record. While
 * there is no invariant, nothing runs and nothing listens. Neighbours: record-streams.ts reads, followed-invariant.ts judges,
 * services/invariants serves people.
 * Guarantee: one page of records a turn; what could not be read, decoded or kept up with is reported as not known.
 */
import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { CapabilityMissing, eraNumberOf, ifAble, type Engine } from "@signalbox/runtime";
import type { InvariantCatalog, InvariantRecord } from "../catalog/catalog.ts";
import type { InvariantRow, InvariantRule } from "../contract/entities/invariants.ts";
import { GatewayError } from "../contract/problem.ts";
import { compileRule, type CompiledRule } from "./compiled-rule.ts";
import { expiringIn } from "./expiring-values.ts";
import { FollowedInvariant } from "./followed-invariant.ts";
import { readStanding, type KeptStanding } from "./kept-standing.ts";
import { pastCheck } from "./past-check.ts";
import { RecordStreams } from "./record-streams.ts";
import { rulePreview, type RulePreview, type Scan } from "./rule-preview.ts";
import type { Decode } from "./term-sums.ts";

const invariantsMax = 20;
const lookMs = 250;
const keepMs = 5_000;
/** A scan reads the whole state, so the next one waits this long, and twice as long each time while the starts do not last. */
const scanAgainMs = 60_000;
const scanAgainMsMax = 3_600_000;
/** After this long, judging continues in the next turn of the thread. */
const turnMs = 8;

export interface InvariantWatchOptions {
  readonly catalog: InvariantCatalog;
  readonly engine: Pick<Engine, "journalStreams" | "eras" | "functionTypes" | "onChange">;
  readonly scan: Scan;
  readonly decode: Decode;
  /** Undefined when the journal has what is needed. */
  readonly journalFault: { readonly why: string; readonly cure: string } | undefined;
  readonly nowMs: () => number;
  readonly warn: (message: string) => void;
}

export class InvariantWatch {
  readonly #options: InvariantWatchOptions;
  readonly #all = new Map<string, FollowedInvariant>();
  readonly #end = new AbortController();
  readonly #checks = new Map<string, AbortController>();
  readonly #listeners = new Set<(row: InvariantRow) => void>();
  #streams: RecordStreams | undefined;
  #era = 0;
  #running: Promise<void> | undefined;
  #woken: (() => void) | undefined;
  /** Counts how often other data were put in force, by a restore or an erasure. */
  #replaced = 0;
  #endChanges: (() => void) | undefined;
  #scanAfterMs = 0;
  #scanWaitMs = scanAgainMs;
  #scannedMs = Number.NEGATIVE_INFINITY;
  #keptMs = 0;
  #previews = 0;
  /** The ids of violated invariants whose violation was reported already. */
  readonly #told = new Set<string>();

  constructor(options: InvariantWatchOptions) {
    this.#options = options;
  }

  /** Whether nothing runs. */
  get isIdle(): boolean {
    return this.#running === undefined;
  }

  onViolated(listener: (row: InvariantRow) => void): void {
    this.#listeners.add(listener);
  }

  /** Loads the invariants; called once the modules are in force. */
  async load(): Promise<void> {
    const records = await this.#options.catalog.list();
    const standings = new Map<FollowedInvariant, KeptStanding | undefined>();
    for (const record of records) {
      const compiled = compileRule(record.rule);
      if (compiled.kind === "error") {
        this.#options.warn(`the invariant ${record.name} cannot be read any more: ${compiled.message}`);
        continue;
      }
      const one = new FollowedInvariant(record, compiled.rule, this.#options.decode);
      this.#all.set(record.id, one);
      standings.set(one, readStanding(record.standing));
    }
    this.#goOn(standings);
    this.#begin();
  }

  async close(): Promise<void> {
    this.#end.abort();
    for (const check of this.#checks.values()) check.abort();
    this.#woken?.();
    await this.#running;
    await this.#keep();
  }

  list(): InvariantRow[] {
    return [...this.#all.values()].map((one) => one.row());
  }

  async put({
    id,
    name,
    rule,
    by,
  }: {
    readonly id?: string | undefined;
    readonly name: string;
    readonly rule: InvariantRule;
    readonly by: string;
  }): Promise<InvariantRow> {
    const compiled = this.#compiled(rule);
    const known = id === undefined ? undefined : this.#found(id);
    if (known === undefined && this.#all.size >= invariantsMax)
      throw refused("name", `${invariantsMax} invariants are there already.`, "Remove one that is no longer needed.");
    const record: InvariantRecord = {
      id: known?.record.id ?? randomUUID(),
      name,
      rule,
      by,
      createdMs: known?.record.createdMs ?? this.#options.nowMs(),
      standing: undefined,
    };
    await this.#options.catalog.put(record);
    this.#checks.get(record.id)?.abort();
    const one = new FollowedInvariant(record, compiled, this.#options.decode);
    this.#all.set(record.id, one);
    this.#scanAfterMs = 0;
    this.#scannedMs = Number.NEGATIVE_INFINITY;
    this.#begin();
    return one.row();
  }

  async remove(id: string): Promise<void> {
    this.#found(id);
    this.#checks.get(id)?.abort();
    this.#all.delete(id);
    this.#told.delete(id);
    await this.#options.catalog.remove(id);
    if (this.#all.size === 0) this.#woken?.();
  }

  /** Runs one preview at a time, because each is a scan of the whole state. */
  async preview(rule: InvariantRule): Promise<RulePreview> {
    const compiled = this.#compiled(rule);
    if (this.#previews > 0) throw refused("rule", "Another preview is being made.", "Try again when it is there.");
    this.#previews += 1;
    try {
      return await rulePreview(compiled, this.#options);
    } finally {
      this.#previews -= 1;
    }
  }

  checkBack(id: string): void {
    const one = this.#found(id);
    const fold = one.following;
    if (fold === undefined || this.#streams === undefined)
      throw refused("id", "What it is now is not known, so what it was cannot be told.", "Wait until it is followed.");
    if (this.#checks.has(id)) return;
    const check = new AbortController();
    this.#checks.set(id, check);
    const { engine, decode } = this.#options;
    one.past = { state: "running", records: 0, fromMs: null, afterRestore: false, found: null, why: null };
    const parts = { engine, rule: one.rule, decode, until: this.#streams.places, total: fold.value, expected: fold.expected };
    pastCheck({ ...parts, signal: check.signal, progress: (past) => (one.past = past) })
      .then((past) => (one.past = past))
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        one.past = { state: "failed", records: 0, fromMs: null, afterRestore: false, found: null, why };
      })
      .finally(() => this.#checks.delete(id));
  }

  cancelCheck(id: string): void {
    this.#found(id);
    this.#checks.get(id)?.abort();
  }

  /** Looks once at everything. It is public so that tests can drive it. */
  async look(): Promise<void> {
    const { journalFault } = this.#options;
    if (journalFault !== undefined) {
      for (const one of this.#all.values()) one.lose(journalFault.why, journalFault.cure, { again: false });
      return;
    }
    const era = this.#eraNow();
    if (era !== this.#era) {
      const afterRestore = this.#era !== 0;
      this.#era = era;
      if (afterRestore) this.#startAllAnew("other data were put in force by a restore");
    }
    this.#refuseExpiring();
    await this.#start();
    await this.#follow();
    if (this.#options.nowMs() - this.#keptMs >= keepMs) await this.#keep();
  }

  #begin(): void {
    if (this.#running !== undefined || this.#all.size === 0 || this.#end.signal.aborted) {
      this.#woken?.();
      return;
    }
    this.#endChanges ??= this.#hearChanges();
    this.#running = this.#run().finally(() => {
      this.#endChanges?.();
      this.#endChanges = undefined;
      this.#running = undefined;
      // An invariant was added while the last run ended.
      if (this.#all.size > 0) this.#begin();
    });
  }

  /**
   * After a restore, or an erasure, which takes values away and leaves no record, everything that was summed or kept before belongs to
   * other data.
   */
  #hearChanges(): () => void {
    return ifAble(
      () =>
        this.#options.engine.onChange(({ kind }) => {
          if (kind !== "restored") return;
          this.#startAllAnew("other data were put in force by a restore or an erasure");
          for (const check of this.#checks.values()) check.abort();
          this.#forgetStandings().catch((error: unknown) => this.#options.warn(`what invariants kept was not forgotten: ${String(error)}`));
        }),
      () => undefined,
    );
  }

  async #forgetStandings(): Promise<void> {
    for (const { record } of this.#all.values()) await this.#options.catalog.put({ ...record, standing: undefined });
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted && this.#all.size > 0) {
      try {
        await this.look();
      } catch (error) {
        if (signal.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        this.#streams = undefined;
        this.#scanWaits(this.#options.nowMs());
        for (const one of this.#all.values()) one.lose(why, "It is tried again by itself.", { again: true });
        this.#options.warn(`invariants could not be followed: ${why}`);
      }
      const pause = this.#streams?.behind === true ? 0 : lookMs;
      await Promise.race([
        delay(pause, undefined, { signal }).catch(() => undefined),
        new Promise<void>((resolve) => (this.#woken = resolve)),
      ]);
    }
    // When the last invariant is removed the place is forgotten too; when the gateway ends, the place is kept.
    if (this.#all.size === 0) this.#streams = undefined;
  }

  #goOn(standings: ReadonlyMap<FollowedInvariant, KeptStanding | undefined>): void {
    const { engine, nowMs } = this.#options;
    this.#era = this.#eraNow();
    for (const [one, kept] of standings) {
      if (kept === undefined || kept.era !== this.#era) continue;
      // All invariants continue from the same places. One that was kept at other places starts anew.
      const same = this.#streams === undefined || String(this.#streams.places) === String(kept.places);
      if (!same) one.goOn({ ...kept, fold: null }, nowMs());
      else if (one.goOn(kept, nowMs())) this.#streams ??= new RecordStreams(engine, kept.places, { fresh: false });
    }
  }

  /** A runtime without savepoints has no eras; the scan then reports what it lacks. */
  #eraNow(): number {
    try {
      return eraNumberOf(this.#options.engine.eras(), Number.MAX_SAFE_INTEGER);
    } catch (error) {
      if (error instanceof CapabilityMissing) return 1;
      throw error;
    }
  }

  #startAllAnew(why: string): void {
    this.#replaced += 1;
    this.#streams = undefined;
    this.#scanAfterMs = 0;
    for (const one of this.#all.values()) {
      one.lose(why, "It is measured anew by itself.", { again: true });
      one.begin({ afterRestore: true });
    }
  }

  #refuseExpiring(): void {
    const types = this.#options.engine.functionTypes();
    for (const one of this.#all.values()) {
      const why = expiringIn(one.rule, types);
      if (why !== undefined) one.lose(why, "Use values that do not expire.", { again: false });
    }
  }

  async #start(): Promise<void> {
    const { nowMs, scan } = this.#options;
    const starting = [...this.#all.values()].filter((one) => one.wantsStart);
    if (starting.length === 0 || nowMs() < this.#scanAfterMs) return;
    this.#scanWaits(nowMs());
    for (const one of starting) one.begin({ afterRestore: false });
    const rules = starting.map(({ rule }) => rule);
    const replaced = this.#replaced;
    const { places } = await scan(rules, (row) => {
      for (const one of starting) one.startRow(row);
    });
    // The rows that were read belong to the data before the change.
    if (replaced !== this.#replaced) return;
    for (const one of starting) one.started(places, nowMs());
    this.#streams ??= new RecordStreams(this.#options.engine, places, { fresh: true });
    for (const one of starting) if (one.violated !== undefined) this.#tell(one);
  }

  #scanWaits(nowMs: number): void {
    const lasted = nowMs - this.#scannedMs > scanAgainMsMax;
    this.#scannedMs = nowMs;
    this.#scanWaitMs = lasted ? scanAgainMs : Math.min(scanAgainMsMax, this.#scanWaitMs * 2);
    this.#scanAfterMs = nowMs + this.#scanWaitMs;
  }

  async #follow(): Promise<void> {
    const streams = this.#streams;
    if (streams === undefined) return;
    let begunMs = performance.now();
    for await (const step of streams.more()) {
      if (performance.now() - begunMs > turnMs) {
        await nextTurn();
        begunMs = performance.now();
      }
      // A restore or an erasure came while the page was read.
      if (this.#streams !== streams) return;
      if (step.kind === "gap") {
        this.#streams = undefined;
        const why = "the journal was trimmed before it was read: the invariants could not keep up";
        for (const one of this.#all.values()) one.lose(why, "Let the journal keep more; it is measured anew by itself.", { again: true });
        return;
      }
      for (const one of this.#all.values()) {
        if (step.kind === "record") one.take(step.record, step.partition);
        else if (one.epochEnded(this.#options.nowMs())) this.#tell(one);
      }
    }
    for (const one of this.#all.values()) {
      if (!streams.behind) one.looked(this.#options.nowMs());
      if (one.following !== undefined && one.violated === undefined) this.#told.delete(one.record.id);
    }
  }

  /** Reports each violation once, however often it is measured anew. */
  #tell(one: FollowedInvariant): void {
    if (this.#told.has(one.record.id)) return;
    this.#told.add(one.record.id);
    const row = one.row();
    for (const listener of this.#listeners) listener(row);
  }

  /** Keeps where all invariants are now, so that a restart continues from here. */
  async #keep(): Promise<void> {
    const places = this.#streams?.places;
    this.#keptMs = this.#options.nowMs();
    if (places === undefined) return;
    for (const one of this.#all.values()) {
      const standing = JSON.stringify(one.keep(places, this.#options.engine.eras()));
      // It was removed or changed while others were being kept.
      if (this.#all.get(one.record.id) !== one) continue;
      await this.#options.catalog.put({ ...one.record, standing });
    }
  }

  #compiled(rule: InvariantRule): CompiledRule {
    const compiled = compileRule(rule);
    if (compiled.kind === "ok") return compiled.rule;
    throw refused(`rule.${compiled.where}`, `At character ${compiled.at + 1}: ${compiled.message}`, compiled.cure);
  }

  #found(id: string): FollowedInvariant {
    const one = this.#all.get(id);
    if (one !== undefined) return one;
    throw new GatewayError("UNKNOWN_INVARIANT", {
      detail: `No invariant has the id ${id}.`,
      where: "id",
      cure: "GET /v1/invariants lists them.",
    });
  }
}

function refused(where: string, detail: string, cure: string): GatewayError {
  return new GatewayError("INVALID_REQUEST", { detail, where, cure });
}
