/**
 * Reproductions: searches for the fewest recorded messages with which an entity's function fails as it did. A person starts one; it runs in
 * the background and shows progress, until it ends or is cancelled by a person or the end of the gateway. Neighbours: recorded-case.ts
 * reads, reproduction-search.ts searches, reproductions-service.ts shows. Guarantee: only endpoints that allow it are called; at most
 * searchesRunningMax searches run, one per entity, and the last searchesKeptMax are remembered until a restore or an erasure. Nothing is
 * durable.
 */
import { formatAddress, type Address, type Bindings, type Engine, type Failure } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import { recordedCase, type RecordedCase, type Recorder } from "./recorded-case.ts";
import { forTries, type Call, type ForkedEntity, type StateValue } from "./replay-fork.ts";
import type { StateCondition } from "./state-condition.ts";
import { searchReproduction, type SearchEnd, type SearchProgress, type Wanted } from "./reproduction-search.ts";

const searchesRunningMax = 2;
const searchesKeptMax = 20;
/** The bytes of states and messages in all calls of one search. */
const searchBytesMax = 256 * 1024 * 1024;

export interface ReproductionRequest {
  readonly address: Address;
  /** The record of a failure that is over. */
  readonly record: number | undefined;
  /** The state that is looked for instead of a failure. */
  readonly until: StateCondition | undefined;
  readonly messagesMax: number;
  readonly callsMax: number;
  readonly secondsMax: number;
  readonly by: string;
}

export interface Reproduction {
  readonly address: Address;
  readonly by: string;
  readonly startedMs: number;
  endedMs: number | undefined;
  /** Undefined while it runs. */
  end: SearchEnd | { readonly kind: "cancelled" } | undefined;
  /** The failure that must happen again; undefined when `until` says what state is looked for. */
  readonly wanted: Failure | undefined;
  readonly until: string | undefined;
  readonly considered: number;
  readonly before: readonly StateValue[];
  readonly beforeComplete: boolean;
  readonly notes: readonly string[];
  readonly callsMax: number;
  readonly progress: SearchProgress;
}

/** Calls functions. Each search has its own, so that nothing remains of it. */
export interface ReplayCaller {
  readonly call: Call;
  close(): Promise<void>;
}

export interface ReproductionParts {
  /** The engine with unmasked values, because functions get them. */
  readonly engine: Recorder & Pick<Engine, "functionTypes" | "status">;
  readonly openCaller: () => ReplayCaller;
  readonly warn: (message: string) => void;
}

interface Search {
  readonly reproduction: Reproduction;
  readonly cancel: AbortController;
}

export class Reproductions {
  readonly #parts: ReproductionParts;
  /** The searches by the entity's address, the newest last. */
  readonly #searches = new Map<string, Search>();
  readonly #tasks = new Set<Promise<void>>();
  #forgotten = 0;

  constructor(parts: ReproductionParts) {
    this.#parts = parts;
  }

  async start(request: ReproductionRequest): Promise<Reproduction> {
    const { address, by, callsMax } = request;
    const { engine } = this.#parts;
    const calling = endpointForTries(engine, address);
    this.#refuseMore(address);
    const forgotten = this.#forgotten;
    const recorded = await recordedCase(engine, { ...request, isFailure: request.until === undefined });
    if (request.until?.holds(address, recorded.before) === true) throw holdsBefore(address, request.until);
    // While the records were read another search may have begun, or a restore or an erasure may have made them out of date.
    this.#refuseMore(address);
    if (forgotten !== this.#forgotten) throw restoredMeanwhile(address);
    const reproduction: Reproduction = {
      address,
      by,
      startedMs: Date.now(),
      endedMs: undefined,
      end: undefined,
      wanted: recorded.failure,
      until: request.until?.text,
      considered: recorded.messages.length,
      before: recorded.before,
      beforeComplete: recorded.beforeComplete,
      notes: recorded.notes,
      callsMax,
      progress: { tries: 0, calls: 0, bytesSent: 0, left: recorded.messages, differsAt: undefined },
    };
    const search = { reproduction, cancel: new AbortController() };
    this.#remember(search);
    const entity: ForkedEntity = { address, ...calling, before: recorded.before };
    const task: Promise<void> = this.#run(search, { entity, recorded, request }).finally(() => this.#tasks.delete(task));
    this.#tasks.add(task);
    return reproduction;
  }

  /** The last search of an entity. */
  find(address: Address): Reproduction | undefined {
    return this.#searches.get(formatAddress(address))?.reproduction;
  }

  /** Returns false when there is none. */
  cancel(address: Address): boolean {
    const search = this.#searches.get(formatAddress(address));
    search?.cancel.abort();
    return search !== undefined;
  }

  /** Called after a restore or an erasure: recorded messages may no longer count, or must not be kept. */
  forgetAll(): void {
    this.#forgotten += 1;
    for (const { cancel } of this.#searches.values()) cancel.abort();
    this.#searches.clear();
  }

  async close(): Promise<void> {
    for (const { cancel } of this.#searches.values()) cancel.abort();
    await Promise.all(this.#tasks);
  }

  async #run(
    { reproduction, cancel: { signal } }: Search,
    { entity, recorded, request }: { entity: ForkedEntity; recorded: RecordedCase; request: ReproductionRequest },
  ): Promise<void> {
    const caller = this.#parts.openCaller();
    const bounds = {
      callsMax: request.callsMax,
      bytesMax: searchBytesMax,
      endsMs: performance.now() + request.secondsMax * 1_000,
    };
    try {
      reproduction.end = await searchReproduction(
        { entity, messages: recorded.messages, wanted: wantedOf(recorded, request) },
        { call: caller.call, signal, bounds, progress: reproduction.progress },
      );
    } catch (error) {
      reproduction.end = { kind: "cancelled" };
      if (!signal.aborted) this.#parts.warn(`the search for a reproduction of ${formatAddress(entity.address)} ended: ${String(error)}`);
    } finally {
      reproduction.endedMs = Date.now();
      await caller.close();
    }
  }

  #refuseMore(address: Address): void {
    const running = [...this.#searches.values()].filter(({ reproduction }) => reproduction.end === undefined);
    const own = running.some(({ reproduction }) => formatAddress(reproduction.address) === formatAddress(address));
    if (!own && running.length < searchesRunningMax) return;
    throw new GatewayError("REPRODUCTIONS_BUSY", {
      detail: own ? `A search for ${formatAddress(address)} runs already.` : `${searchesRunningMax} searches run, as many as may at once.`,
      where: "reproductions.start",
      cure: "Wait for one to end, or cancel it.",
    });
  }

  #remember(search: Search): void {
    const key = formatAddress(search.reproduction.address);
    this.#searches.delete(key);
    this.#searches.set(key, search);
    const [oldest] = [...this.#searches].filter(([, { reproduction }]) => reproduction.end !== undefined);
    if (this.#searches.size > searchesKeptMax && oldest !== undefined) this.#searches.delete(oldest[0]);
  }
}

function wantedOf({ failure }: RecordedCase, { address, until }: ReproductionRequest): Wanted {
  if (failure !== undefined) return { kind: "failure", failure };
  return { kind: "state", isReached: (state) => until?.holds(address, state) === true };
}

function holdsBefore(address: Address, { text }: StateCondition): GatewayError {
  return new GatewayError("NOTHING_TO_REPRODUCE", {
    detail: `${text} holds of ${formatAddress(address)} already before the first message that is looked at.`,
    where: "until",
    cure: "Look at more messages (messagesMax), or at those of an earlier record.",
  });
}

function restoredMeanwhile(address: Address): GatewayError {
  return new GatewayError("REPRODUCTIONS_BUSY", {
    detail: `While the journal of ${formatAddress(address)} was read, a savepoint was restored or values were erased.`,
    where: "reproductions.start",
    cure: "Begin the search again.",
  });
}

type Typed = Pick<Engine, "functionTypes" | "status">;

/** The endpoint at which the function may be called for tries; throws a refusal with reason and cure when it may not. */
function endpointForTries(engine: Typed, { type }: Address): Pick<ForkedEntity, "endpoint" | "bindings" | "specs"> {
  const view = engine.functionTypes().find((each) => each.type === type);
  const bindings: Bindings = engine.status().bindings;
  const endpoint = bindings.endpoints.find(({ id }) => id === view?.endpoint);
  if (view === undefined || endpoint === undefined)
    throw new GatewayError("REPLAY_NOT_ALLOWED", {
      detail: `No endpoint of a module serves ${type} now.`,
      where: "type",
      cure: `Put a module in force that serves ${type}.`,
    });
  if (endpoint.replay !== true)
    throw new GatewayError("REPLAY_NOT_ALLOWED", {
      detail: `The functions of ${endpoint.id} (module ${endpoint.module}) may not be called for tries.`,
      where: "type",
      cure: `Write \`replay: true\` into its endpoint in the module ${endpoint.module}, if these functions change nothing but by what they answer, or change nothing when a call has the header x-signalbox-replay.`,
    });
  return { ...forTries(endpoint, bindings), specs: view.states };
}
