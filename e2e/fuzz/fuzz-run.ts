/**
 * FuzzRun: draws cases of one target under a seed, runs them one after another, counts outcomes, and shrinks the first failure.
 * A case that takes too long, memory that grows beyond its bound and an exception that nobody caught are failures too.
 * Neighbours: tools/fuzz.ts prints; hang-watch.ts ends a process in which a case never gives the thread back.
 */
import fc from "fast-check";
import { caseText } from "./corpus.ts";
import { FuzzFinding, type FuzzSession, type FuzzTarget } from "./fuzz-target.ts";
import { watchForHang } from "./hang-watch.ts";

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** Repeats one case of a run: it is fast-check's path. */
  readonly path?: string | undefined;
}

export interface FuzzReport {
  readonly target: string;
  readonly cases: number;
  readonly seconds: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly slowestMs: number;
  readonly rssGrowthBytes: number;
  readonly failure: FuzzFailure | undefined;
}

export interface FuzzFailure {
  readonly what: string;
  readonly path: string;
  /** The smallest case, in the form of the corpus. */
  readonly smallest: string;
}

const rssEveryCases = 64;
/** Shrinking runs one failing case after the other, so it needs a limit. */
const shrinkMsMax = 60_000;

export async function fuzz<Case>(target: FuzzTarget<Case>, options: FuzzOptions): Promise<FuzzReport> {
  await using session = await target.open();
  const meter = new Meter(target);
  using hang = watchForHang(target.name, { caseMsMax: target.caseMsMax * 10, seed: options.seed });
  using stray = catchStrayErrors();
  let failedAtMs = 0;
  const property = fc.asyncProperty(target.cases, async (fuzzCase) => {
    if (failedAtMs > 0 && performance.now() - failedAtMs > shrinkMsMax) return;
    hang.next();
    try {
      await runOne(session, fuzzCase, { target, meter });
      stray.throwIfAny();
    } catch (error) {
      if (failedAtMs === 0) failedAtMs = performance.now();
      throw error;
    }
  });
  const startedMs = performance.now();
  const details = await fc.check(property, {
    numRuns: options.cases,
    seed: options.seed,
    ...(options.path === undefined ? {} : { path: options.path }),
  });
  let failure = failureOf(details);
  if (failure === undefined) failure = await finishOf(session);
  const seconds = (performance.now() - startedMs) / 1000;
  const { outcomes, slowestMs, rssGrowthBytes, cases } = meter;
  return { target: target.name, cases, seconds, outcomes, slowestMs, rssGrowthBytes, failure };
}

/** Runs one case outside of a run, as those of the corpus are. */
export async function runOne<Case>(
  session: FuzzSession<Case>,
  fuzzCase: Case,
  { target, meter = new Meter(target) }: { target: FuzzTarget<Case>; meter?: Meter },
): Promise<string> {
  const startedMs = performance.now();
  const { caseMsMax } = target;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new FuzzFinding(`the case takes longer than ${caseMsMax} ms`)), caseMsMax);
  });
  try {
    const outcome = await Promise.race([session.run(fuzzCase), late]);
    meter.count(outcome, performance.now() - startedMs);
    return outcome;
  } finally {
    clearTimeout(timer);
  }
}

export class Meter {
  readonly outcomes = new Map<string, number>();
  cases = 0;
  slowestMs = 0;
  rssGrowthBytes = 0;
  readonly #target: { readonly caseMsMax: number; readonly rssGrowthBytesMax: number };
  readonly #rssAtStart = process.memoryUsage.rss();

  constructor(target: { readonly caseMsMax: number; readonly rssGrowthBytesMax: number }) {
    this.#target = target;
  }

  count(outcome: string, tookMs: number): void {
    this.cases++;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    if (tookMs > this.#target.caseMsMax) throw new FuzzFinding(`the case took ${Math.round(tookMs)} ms`);
    if (this.cases % rssEveryCases !== 0) return;
    this.rssGrowthBytes = Math.max(this.rssGrowthBytes, process.memoryUsage.rss() - this.#rssAtStart);
    if (this.rssGrowthBytes > this.#target.rssGrowthBytesMax)
      throw new FuzzFinding(`memory grew by ${Math.round(this.rssGrowthBytes / 1024 / 1024)} MiB over ${this.cases} cases`);
  }
}

/** Catches exceptions in listeners, which would end a gateway; here they fail the case during which they came. */
function catchStrayErrors(): Disposable & { throwIfAny(): void } {
  let strays: unknown[] = [];
  const keep = (error: unknown): void => void strays.push(error);
  process.on("uncaughtException", keep);
  process.on("unhandledRejection", keep);
  return {
    throwIfAny() {
      const [first] = strays;
      strays = [];
      if (first !== undefined) throw new FuzzFinding(`nobody caught ${first instanceof Error ? first.stack : JSON.stringify(first)}`);
    },
    [Symbol.dispose]() {
      process.off("uncaughtException", keep);
      process.off("unhandledRejection", keep);
    },
  };
}

function failureOf<Case>(details: fc.RunDetails<[Case]>): FuzzFailure | undefined {
  if (!details.failed) return undefined;
  const error: unknown = details.errorInstance;
  const what = error instanceof FuzzFinding ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { what, path: details.counterexamplePath ?? "", smallest: caseText(details.counterexample?.[0]) };
}

async function finishOf<Case>(session: FuzzSession<Case>): Promise<FuzzFailure | undefined> {
  try {
    await session.finish?.();
    return undefined;
  } catch (error) {
    return { what: error instanceof Error ? (error.stack ?? error.message) : String(error), path: "", smallest: "(after all cases)" };
  }
}
