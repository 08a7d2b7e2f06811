/**
 * The host inside an isolate: the functions' source on one side, bytes on the other. It runs in the isolate; isolate.ts reads it as text and
 * calls its exports, which take and give bytes, numbers and texts only.
 */
import { embedded, exportedEntities, type EmbeddedFunctions } from "@signalbox/functions/embedded";

let functions: EmbeddedFunctions | undefined;

/** What is served (ServedFunction of isolate-task.ts) and the names that the source exports, as JSON. */
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
    // An export that has no value yet: nothing else can be read in vain here.
    if (!(error instanceof ReferenceError)) throw error;
    throw new Error("it awaits while it is loaded (top-level await), and an isolate has nothing to wait for; let its handlers await");
  }
}

/** Kind, bytes of a reply or the reason why there is none, and the wait for `retry-later`. */
export async function dispatch(request: ArrayBuffer): Promise<readonly [kind: string, content: Uint8Array | string, afterMs: number]> {
  if (functions === undefined) return ["malformed", "nothing is served", 0];
  const outcome = await functions.dispatch(new Uint8Array(request));
  if (outcome.kind === "reply") return ["reply", outcome.bytes, 0];
  return [outcome.kind, outcome.reason, outcome.kind === "retry-later" ? outcome.afterMs : 0];
}

/** Answers when nothing runs any more. */
export function idle(): void {}
