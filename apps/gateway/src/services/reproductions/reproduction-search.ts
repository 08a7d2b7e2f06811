/**
 * searchReproduction: tries lists of recorded messages in forks until no message can be left out. First the whole list, several times: what does not
 * fail again, or not each time, is said and not searched. Neighbours: smallest-list.ts chooses the lists, replay-fork.ts tries one.
 * Guarantee: one call at a time, at most callsMax calls, bytesMax bytes and until endsMs; the end says which of its bounds it met.
 */
import type { Failure, InvocationOutcome, InvocationRequest } from "@signalbox/runtime";
import { failureCause } from "../../flow/failure-cause.ts";
import { replay, type Call, type ForkedEntity, type RecordedMessage, type StateValue } from "./replay-fork.ts";
import { smallestList } from "./smallest-list.ts";

/** Of the whole list, before it is said that it does not fail again. */
const wholeTriesMax = 3;

export interface SearchBounds {
  readonly callsMax: number;
  readonly bytesMax: number;
  /** By performance.now(). */
  readonly endsMs: number;
}

export interface SearchQuestion {
  readonly entity: ForkedEntity;
  readonly messages: readonly RecordedMessage[];
  readonly wanted: Wanted;
}

/** What is to happen again. */
export type Wanted =
  | { readonly kind: "failure"; readonly failure: Failure }
  | { readonly kind: "state"; readonly isReached: (state: readonly StateValue[]) => boolean };

export type SearchEnd =
  /** None of the messages can be left out. No failure: its state is as it was looked for. */
  | { readonly kind: "found"; readonly failure: Failure | undefined }
  /** A bound was met: what is left fails, and fewer may do. */
  | { readonly kind: "bounded"; readonly bound: "calls" | "bytes" | "time" }
  /** What it did instead, where it did fail. */
  | { readonly kind: "not-reproduced"; readonly failure: Failure | undefined }
  /** The same messages failed once and once they did not. */
  | { readonly kind: "unstable"; readonly failure: Failure | undefined }
  | { readonly kind: "endpoint-away"; readonly failure: Failure };

export interface SearchProgress {
  tries: number;
  calls: number;
  bytesSent: number;
  /** The fewest messages so far that fail. */
  left: readonly RecordedMessage[];
  /** The first message to which two equal lists had two answers. */
  differsAt: number | undefined;
}

export interface SearchMeans {
  readonly call: Call;
  readonly signal: AbortSignal;
  readonly bounds: SearchBounds;
  /** Written as it goes. */
  readonly progress: SearchProgress;
}

/** Rejects with the signal's reason when it aborts. */
export async function searchReproduction(question: SearchQuestion, means: SearchMeans): Promise<SearchEnd> {
  try {
    const search = new Search(question, means);
    const failing = await search.whole();
    const left = await smallestList(failing, async (list) => (await search.attempt(list)).failing);
    // What was found by one try each is asked once more.
    const again = await search.attempt(left);
    if (again.failing === undefined) return { kind: "unstable", failure: again.failure };
    return { kind: "found", failure: again.failure };
  } catch (error) {
    if (error instanceof SearchOver) return error.end;
    throw error;
  }
}

/** Ends a search from within a try. */
class SearchOver extends Error {
  readonly end: SearchEnd;

  constructor(end: SearchEnd) {
    super(end.kind);
    this.end = end;
  }
}

interface Attempt {
  /** As much of the list as it took to fail as it did then; undefined: it did not. */
  readonly failing: readonly number[] | undefined;
  /** Whatever it failed with. */
  readonly failure: Failure | undefined;
  readonly answers: readonly string[];
}

class Search {
  readonly #question: SearchQuestion;
  readonly #means: SearchMeans;

  constructor(question: SearchQuestion, means: SearchMeans) {
    this.#question = question;
    this.#means = means;
  }

  /** As much of the whole list as fails, each time that it is tried. */
  async whole(): Promise<readonly number[]> {
    const all = this.#question.messages.map((_, index) => index);
    const attempts: Attempt[] = [];
    while (attempts.length < 2 || (attempts.length < wholeTriesMax && attempts.every(({ failing }) => failing === undefined)))
      attempts.push(await this.attempt(all));
    const [first, second] = attempts;
    if (first === undefined || second === undefined) throw new Error("a search has tried nothing");
    this.#means.progress.differsAt = this.#difference(first, second);
    const failing = attempts.map((attempt) => attempt.failing).find((list) => list !== undefined);
    const failure = attempts.find((attempt) => attempt.failing === undefined)?.failure;
    if (failing === undefined) throw new SearchOver({ kind: "not-reproduced", failure });
    if (attempts.some((attempt) => attempt.failing === undefined)) throw new SearchOver({ kind: "unstable", failure });
    return failing;
  }

  async attempt(list: readonly number[]): Promise<Attempt> {
    const { entity, wanted } = this.#question;
    const { progress, signal } = this.#means;
    progress.tries += 1;
    const messages = list.flatMap((index) => this.#question.messages[index] ?? []);
    const isReached = wanted.kind === "state" ? wanted.isReached : undefined;
    const { failed, reached, answers } = await replay(entity, messages, { call: (request) => this.#call(request), signal, isReached });
    const failure = failed?.failure;
    if (failure !== undefined && isAway(failure) && !isWanted(failure, wanted, entity))
      throw new SearchOver({ kind: "endpoint-away", failure });
    const index = reached ?? (failed !== undefined && isWanted(failed.failure, wanted, entity) ? failed.index : undefined);
    if (index === undefined) return { failing: undefined, failure, answers };
    const failing = list.slice(0, index + 1);
    if (failing.length <= progress.left.length) progress.left = messages.slice(0, index + 1);
    return { failing, failure, answers };
  }

  #call(request: InvocationRequest): Promise<InvocationOutcome> {
    const { progress, bounds, call, signal } = this.#means;
    const bytes = [...request.state, ...request.inputs].reduce((sum, { value }) => sum + (value?.bytes.length ?? 0), 0);
    const bound = boundMet({ calls: progress.calls + 1, bytes: progress.bytesSent + bytes }, bounds);
    if (bound !== undefined) throw new SearchOver({ kind: "bounded", bound });
    progress.calls += 1;
    progress.bytesSent += bytes;
    return call(request, signal);
  }

  #difference(first: Attempt, second: Attempt): number | undefined {
    const at = first.answers.findIndex((answer, index) => answer !== second.answers[index]);
    return at === -1 ? undefined : this.#question.messages[Math.min(at, this.#question.messages.length - 1)]?.sequence;
  }
}

function boundMet({ calls, bytes }: { calls: number; bytes: number }, { callsMax, bytesMax, endsMs }: SearchBounds) {
  if (calls > callsMax) return "calls" as const;
  if (bytes > bytesMax) return "bytes" as const;
  return performance.now() > endsMs ? ("time" as const) : undefined;
}

/** What the gateway itself finds wrong with an answer; its words name what was asked for, so that the code alone is compared. */
const foundHere: ReadonlySet<string> = new Set([
  "STATE_TYPE_MISMATCH",
  "STATE_NOT_REGISTERED",
  "HANDSHAKE_LOOP",
  "UNKNOWN_FUNCTION_TYPE",
  "TOO_MANY_TYPES",
  "UNKNOWN_EGRESS",
  "DELAY_NEGATIVE",
  "TOKEN_IN_USE",
  "TOKEN_MISSING",
  "INVALID_ADDRESS",
]);

function isWanted(failure: Failure, wanted: Wanted, entity: ForkedEntity): boolean {
  return wanted.kind === "failure" && isSame(failure, wanted.failure, entity);
}

/** One cause, as failures are grouped by it (decision 70). */
function isSame(failure: Failure, wanted: Failure, { address, endpoint }: ForkedEntity): boolean {
  if (foundHere.has(wanted.code)) return failure.code === wanted.code;
  const at = { address, endpoint: endpoint.id };
  return failureCause(failure, at).fingerprint === failureCause(wanted, at).fingerprint;
}

/** It says nothing of the messages. */
function isAway({ code, scope }: Failure): boolean {
  return scope === "down" || scope === "shortage" || code === "ENDPOINT_OVERLOADED" || code === "ENDPOINT_GATEWAY";
}
