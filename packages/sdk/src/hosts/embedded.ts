/**
 * embedded(): the functions without a network protocol, for callers in the same process or thread: an engine's embedded transport, a test.
 * Neighbours: dispatch.ts answers; the other hosts pass bytes to the same dispatcher.
 *
 * Two doors to the same functions:
 * - `dispatch(bytes)` takes what HTTP would carry (an encoded ToFunction) and gives an encoded FromFunction;
 * - `invoke(request)` takes a plain object and gives one: nothing is encoded but the values themselves, which are bytes everywhere.
 * Both reject never: whatever goes wrong is an outcome. Requests are not changed, and nothing of one is kept when its outcome is there.
 */
import { createDispatcher, type DispatcherOptions, type InvokeOutcome, type Outcome } from "../dispatch.ts";
import type { AnyEntity } from "../entity.ts";
import type { FunctionRequest } from "../protocol/request.ts";

export type { InvokeOutcome, Outcome } from "../dispatch.ts";
export type { FunctionRequest, RequestMessage } from "../protocol/request.ts";
export type { Caused, DelayedEffect, Effects, EgressEffect, SentMessage } from "../protocol/effects.ts";
export type { StateSpec, Expiry } from "../protocol/reply.ts";
export type { TypedBytes } from "../protocol/typed-value.ts";

export interface EmbeddedFunctions {
  /** The function types that are served. */
  readonly types: readonly string[];
  /** An encoded ToFunction in; in an outcome of kind `reply`, an encoded FromFunction out. */
  dispatch(request: Uint8Array): Promise<Outcome>;
  /** The same without encoding. The outcome has kind `effects`, or `incomplete` with the states that the request lacks, or is a failure. */
  invoke(request: FunctionRequest): Promise<InvokeOutcome>;
}

/**
 * @example
 * const functions = embedded([cart, stock]);
 * const outcome = await functions.dispatch(requestBytes);
 */
export function embedded(entities: readonly AnyEntity[], options: DispatcherOptions = {}): EmbeddedFunctions {
  const { types, dispatch, invoke } = createDispatcher(entities, options);
  return { types, dispatch, invoke };
}

/** The entities among what a module exports, alone or in lists, each once: of all its exports, or of the one of this name. */
export function exportedEntities(module: Readonly<Record<string, unknown>>, exportName?: string): AnyEntity[] {
  const exported = exportName === undefined ? Object.values(module) : [module[exportName]];
  return [...new Set(exported.flat().filter(isEntity))];
}

function isEntity(value: unknown): value is AnyEntity {
  return typeof value === "object" && value !== null && "type" in value && "handlers" in value;
}
