/**
 * pastCheck: finds the first violation of an invariant within the journal, by the same fold that follows it live. Its total at the oldest
 * record is the current total less everything that the records changed, so the journal is read twice. Neighbours: invariant-fold.ts,
 * record-streams.ts.
 * Guarantee: what the records do not say is reported and never guessed; one page of records a turn.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { formatAddress, type Engine, type JournalRecord } from "@signalbox/runtime";
import type { InvariantPastCheck, InvariantViolation } from "../contract/entities/invariants.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { exactFrom, exactText } from "./exact-number.ts";
import { InvariantFold } from "./invariant-fold.ts";
import { RecordStreams } from "./record-streams.ts";
import { Unknown, type Decode } from "./term-sums.ts";

export interface PastCheckOptions {
  readonly engine: Pick<Engine, "journalStreams" | "eras">;
  readonly rule: CompiledRule;
  readonly decode: Decode;
  /** Up to where the live fold has read, its total there, and the value that the total must have. */
  readonly until: readonly number[];
  readonly total: string;
  readonly expected: string | null;
  readonly signal: AbortSignal;
  readonly progress: (check: InvariantPastCheck) => void;
}

/** After this long, judging continues in the next turn of the thread. */
const turnMs = 8;
const before = "it did not hold already where the journal, or the time since the last restore, begins: who did it is no longer known";

interface Walk {
  readonly fromMs: number | null;
  readonly records: number;
}

export async function pastCheck(options: PastCheckOptions): Promise<InvariantPastCheck> {
  const { engine, rule } = options;
  const era = engine.eras().at(-1);
  const base = { afterRestore: era !== undefined, found: null, why: null } as const;
  const state: { records: number } = { records: 0 };
  const told = (walk: Walk): void => options.progress({ state: "running", ...base, ...walk });
  try {
    const asksTogether = (rule.kind === "entity" ? [rule] : rule.terms.filter(({ over }) => over === "states")).some(
      ({ names }) => names === undefined || names.size > 1,
    );
    if (asksTogether)
      throw new Unknown(
        "its expression asks for several values of an entity together, and a record tells only those that it changed",
        "Ask for one value of the state.",
      );
    let start = options.total;
    if (rule.kind === "total") {
      const whole = new InvariantFold(rule, { decode: options.decode, fromStart: false });
      whole.startWith("0");
      await walk(options, { fold: whole, from: era?.firstSequence ?? 0, state, told });
      // The second pass counts the same records again.
      state.records = 0;
      start = exactText((exactFrom(options.total) ?? 0n) - (exactFrom(whole.value) ?? 0n));
    }
    const fold = new InvariantFold(rule, { decode: options.decode, fromStart: false, expected: expectedOf(rule, start, options.expected) });
    if (rule.kind === "total") fold.startWith(start);
    if (fold.violated !== undefined) throw new Unknown(before, "");
    const done = await walk(options, { fold, from: era?.firstSequence ?? 0, state, told });
    return { state: "done", ...base, ...done, records: state.records, found: done.found ?? null };
  } catch (error) {
    if (options.signal.aborted) return { state: "cancelled", ...base, records: state.records, fromMs: null };
    if (error instanceof Unknown)
      return { state: "failed", ...base, records: state.records, fromMs: null, why: `${error.message}. ${error.cure}`.trim() };
    throw error;
  }
}

/** A total that never changes must be what it was when the journal begins, so that the first record that changed it is found. */
function expectedOf(rule: CompiledRule, start: string, expected: string | null): string | undefined {
  if (rule.kind === "total" && rule.compare.kind === "never-changes") return start;
  return expected ?? undefined;
}

interface Walking {
  readonly fold: InvariantFold;
  readonly from: number;
  readonly state: { records: number };
  readonly told: (walk: Walk) => void;
}

async function walk(
  options: PastCheckOptions,
  { fold, from, state, told }: Walking,
): Promise<Walk & { found: InvariantViolation | undefined }> {
  const { engine, until, signal } = options;
  const streams = new RecordStreams(
    engine,
    until.map(() => from),
    { fresh: true },
  );
  let fromMs: number | null = null;
  const passed = (): boolean => streams.places.every((place, partition) => place >= (until[partition] ?? 0));
  for (let quiet = 0; quiet < 2; ) {
    signal.throwIfAborted();
    let any = false;
    let begunMs = performance.now();
    for await (const step of streams.more()) {
      if (performance.now() - begunMs > turnMs) {
        await nextTurn();
        begunMs = performance.now();
      }
      if (step.kind === "gap") throw new Unknown("the journal was trimmed while it was read", "Look again.");
      if (step.kind === "epoch-ended") {
        if (!fold.epochEnded()) continue;
        const found = fold.violated?.first;
        if (found === undefined) throw new Unknown(before, "");
        return { fromMs, records: state.records, found };
      }
      any = true;
      if (step.record.sequence >= (until[step.partition] ?? 0)) continue;
      fromMs ??= step.record.endedMs;
      state.records += 1;
      taken(fold, step.record);
    }
    told({ fromMs, records: state.records });
    if (passed()) break;
    quiet = any ? 0 : quiet + 1;
    await nextTurn();
  }
  return { fromMs, records: state.records, found: undefined };
}

function taken(fold: InvariantFold, record: JournalRecord): void {
  try {
    fold.take(record);
  } catch (error) {
    if (error instanceof Unknown)
      throw new Unknown(`at record ${record.sequence} of ${formatAddress(record.address)}: ${error.message}`, error.cure);
    throw error;
  }
}
