/**
 * Alone: what a box does beside its engine for recorded messages. A message may come with the caller that it had, and in a box whose
 * functions stand alone, what they send reaches nobody. Neighbour: box.ts.
 */
import { callTypes, headersText, readHeaders, type Effects, type InvocationOutcome, type InvocationRequest } from "@signalbox/runtime";
import type { Address } from "@signalbox/functions";

/** Travels with a message through the engine, and is removed before its function sees it. */
const callerHeader = "testbox-caller";

export function headersFrom(caller: Address | undefined): string | undefined {
  return caller === undefined ? undefined : headersText([[callerHeader, JSON.stringify([caller.type, caller.id])]]);
}

interface Calling {
  readonly alone: boolean;
  readonly call: (request: InvocationRequest) => Promise<InvocationOutcome>;
}

export async function callAs(request: InvocationRequest, { alone, call }: Calling): Promise<InvocationOutcome> {
  // What comes from a function has a caller; what the test sends has none.
  const inputs = alone ? request.inputs.filter(({ caller }) => caller === undefined) : request.inputs;
  if (inputs.length === 0 && request.inputs.length > 0) return nothingDone;
  return call({ ...request, inputs: inputs.map(withCaller) });
}

const nothingDone: InvocationOutcome = {
  kind: "reply",
  reply: { kind: "completed", effects: { mutations: [], messages: [], delayed: [], egress: [] } },
};

function withCaller(input: InvocationRequest["inputs"][number]): InvocationRequest["inputs"][number] {
  const said = readHeaders(input.headers).find(([name]) => name === callerHeader)?.[1];
  if (typeof said !== "string") return input;
  const parts: unknown = JSON.parse(said);
  if (!Array.isArray(parts)) return input;
  return { ...input, caller: { type: String(parts[0]), id: String(parts[1]) }, headers: undefined };
}

/** Types that a function sends to, without the engine's own. */
export function targetsOf({ messages, delayed }: Effects): string[] {
  const later = delayed.flatMap((effect) => (effect.kind === "send-after" ? [effect.target] : []));
  return [...messages.map(({ target }) => target), ...later].map(({ type }) => type).filter((type) => !callTypes.has(type));
}
