/**
 * The host inside an isolate: the functions' source on one side, bytes on the other. isolate.ts reads this file as text, runs it in the
 * isolate and calls its exports, which take and return only bytes, numbers and texts.
 */
import { embedded, exportedEntities, type EmbeddedFunctions } from "@signalbox/functions/embedded";

let functions: EmbeddedFunctions | undefined;

/** Returns, as JSON, what is served (ServedFunction of isolate-task.ts) and the names that the source exports. */
export function begin(source: Readonly<Record<string, unknown>>, exportName: string | undefined): string {
  const entities = entitiesOf(source, exportName);
  functions = embedded(entities);
  const served = entities.map(({ type, handlers, states }) => ({
    type,
    takes: [...handlers.keys()],
    states: states.map(({ spec }) => ({ name: spec.name, typename: spec.typename })),
  }));
  return JSON.stringify({ functions: served, exports: Object.keys(source) });
}

function entitiesOf(source: Readonly<Record<string, unknown>>, exportName: string | undefined): ReturnType<typeof exportedEntities> {
  try {
    return exportedEntities(source, exportName);
  } catch (error) {
    // Only an export that has no value yet throws this here.
    if (!(error instanceof ReferenceError)) throw error;
    throw new Error("it awaits while it is loaded (top-level await), and an isolate has nothing to wait for; let its handlers await");
  }
}

/** Returns the kind, the bytes of a reply or the reason why there is none, and the wait for `retry-later`. */
export async function dispatch(request: ArrayBuffer): Promise<readonly [kind: string, content: Uint8Array | string, afterMs: number]> {
  if (functions === undefined) return ["malformed", "nothing is served", 0];
  const outcome = await functions.dispatch(new Uint8Array(request));
  if (outcome.kind === "reply") return ["reply", outcome.bytes, 0];
  return [outcome.kind, outcome.reason, outcome.kind === "retry-later" ? outcome.afterMs : 0];
}

/** A call of it returns when nothing runs in the isolate any more. */
export function idle(): void {}
