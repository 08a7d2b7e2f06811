/**
 * searchReproduction: tries lists of recorded messages in forks until no message can be left out. First the whole list is tried several
 * times; when it does not fail each time, that is reported and nothing is searched. Neighbours: smallest-list.ts chooses the lists,
 * replay-fork.ts tries one. Guarantee: one call at a time, it makes at most callsMax calls with bytesMax bytes and ends at endsMs; the
 * result says which bound it met.
 */
import type { Failure, InvocationOutcome, InvocationRequest } from "@signalbox/runtime";
import { failureCause } from "../../flow/failure-cause.ts";
import { replay, type Call, type ForkedEntity, type RecordedMessage, type StateValue } from "./replay-fork.ts";
import { smallestList } from "./smallest-list.ts";

/** How often the whole list is tried before "it does not fail again" is reported. */
const wholeTriesMax = 3;

export interface SearchBounds {
  readonly callsMax: number;
  readonly bytesMax: number;
  /** In the time of performance.now(). */
  readonly endsMs: number;
}

export interface SearchQuestion {
  readonly entity: ForkedEntity;
  readonly messages: readonly RecordedMessage[];
  readonly wanted: Wanted;
}

/** What must happen again. */
export type Wanted =
  | { readonly kind: "failure"; readonly failure: Failure }
  | { readonly kind: "state"; readonly isReached: (state: readonly StateValue[]) => boolean };

export type SearchEnd =
  /** None of the messages can be left out. `failure` is undefined when a state was looked for. */
  | { readonly kind: "found"; readonly failure: Failure | undefined }
  /** A bound was met: the messages that are left fail, and fewer might too. */
  | { readonly kind: "bounded"; readonly bound: "calls" | "bytes" | "time" }
  /** The list did not fail in the same way; `failure` is the one that came instead, if any. */
  | { readonly kind: "not-reproduced"; readonly failure: Failure | undefined }
  /** The same messages failed one time and did not fail another time. */
  | { readonly kind: "unstable"; readonly failure: Failure | undefined }
  | { readonly kind: "endpoint-away"; readonly failure: Failure };

export interface SearchProgress {
  tries: number;
  calls: number;
  bytesSent: number;
  /** The smallest failing list so far. */
  left: readonly RecordedMessage[];
  /** The first message to which two equal lists got different answers. */
  differsAt: number | undefined;
}

export interface SearchMeans {
  readonly call: Call;
  readonly signal: AbortSignal;
  readonly bounds: SearchBounds;
  /** Updated during the search. */
  readonly progress: SearchProgress;
}

/** Rejects with the signal's reason when it aborts. */
export async function searchReproduction(question: SearchQuestion, means: SearchMeans): Promise<SearchEnd> {
  try {
    const search = new Search(question, means);
    const failing = await search.whole();
    const left = await smallestList(failing, async (list) => (await search.attempt(list)).failing);
    // Each step was decided by a single try, so the result is tried once more.
    const again = await search.attempt(left);
    if (again.failing === undefined) return { kind: "unstable", failure: again.failure };
    return { kind: "found", failure: again.failure };
  } catch (error) {
    if (error instanceof SearchOver) return error.end;
    throw error;
  }
}

/** Thrown within a try to end the search. */
class SearchOver extends Error {
  readonly end: SearchEnd;

  constructor(end: SearchEnd) {
    super(end.kind);
    this.end = end;
  }
}

interface Attempt {
  /** The beginning of the list that was needed to fail as before; undefined when it did not. */
  readonly failing: readonly number[] | undefined;
  /** The failure, of any kind. */
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

  /** The beginning of the whole list that fails each time it is tried. */
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

/** Failures that the gateway finds in an answer. Their texts quote the request, so only the codes are compared. */
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

/** Whether two failures have the same cause, as failures are grouped (decision 70). */
function isSame(failure: Failure, wanted: Failure, { address, endpoint }: ForkedEntity): boolean {
  if (foundHere.has(wanted.code)) return failure.code === wanted.code;
  const at = { address, endpoint: endpoint.id };
  return failureCause(failure, at).fingerprint === failureCause(wanted, at).fingerprint;
}

/** Whether the failure says nothing about the messages, because the endpoint is away. */
function isAway({ code, scope }: Failure): boolean {
  return scope === "down" || scope === "shortage" || code === "ENDPOINT_OVERLOADED" || code === "ENDPOINT_GATEWAY";
}
