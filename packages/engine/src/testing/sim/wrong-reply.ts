/**
 * WrongReply: a function's answer that the engine must refuse as a whole, whatever else is in it: targets, egresses and states that are not
 * declared, wrong types, impossible delays, misused tokens, and a demand for state that the request carried (docs/statefun.md 2).
 */
import { idBytesMax } from "@signalbox/runtime/model/address";
import { noEffects, type Effects, type FunctionReply } from "@signalbox/runtime/model/effects";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";

export const wrongReplies = [
  "unknown-egress",
  "unknown-type",
  "unregistered-state",
  "state-of-another-type",
  "negative-delay",
  "cancel-without-token",
  "token-twice",
  "asks-for-what-it-has",
  "to-no-id",
  "to-an-endless-id",
  "to-many-new-types",
  "declares-another-type",
  "declares-no-type",
] as const;
export type WrongReply = (typeof wrongReplies)[number];

const value: TypedValue = { typename: "sim/wrong", bytes: new Uint8Array([1, 2, 3]) };
const farMs = 3_600_000;
/** More than any world may declare. */
const newTypes = 20;

export function wrongReply(reply: FunctionReply, wrong: WrongReply, request: InvocationRequest): FunctionReply {
  if (wrong === "asks-for-what-it-has") {
    return { kind: "incomplete", missing: request.state.map(({ name, value: held }) => specOf(name, held?.typename)).filter(isKnown) };
  }
  if (wrong === "declares-another-type" || wrong === "declares-no-type") return wrongDeclaration(wrong, request);
  return { kind: "completed", effects: spoilt(reply.kind === "completed" ? reply.effects : noEffects, wrong, request) };
}

/** The typename is known only where there is a value; asking for nothing is the same loop. */
function specOf(name: string, typename: string | undefined): StateSpec | undefined {
  return typename === undefined ? undefined : { name, typename, expiration: { mode: "none", afterMs: 0 } };
}

function isKnown(spec: StateSpec | undefined): spec is StateSpec {
  return spec !== undefined;
}

/**
 * The engine knows the type of a value that the request carried, so another type is an error. Before that, whichever type came first would
 * count.
 */
function wrongDeclaration(wrong: "declares-another-type" | "declares-no-type", request: InvocationRequest): FunctionReply {
  const isKnownState = request.state.some(({ name }) => name === "counter");
  const typename = wrong === "declares-another-type" && isKnownState ? "sim/another" : "no type";
  const fine: StateSpec = { name: "beside-a-wrong-one", typename: "sim/extra", expiration: { mode: "none", afterMs: 0 } };
  return { kind: "incomplete", missing: [fine, { ...fine, name: "counter", typename }] };
}

type WrongEffects = Exclude<WrongReply, "asks-for-what-it-has" | "declares-another-type" | "declares-no-type">;

function spoilt(effects: Effects, wrong: WrongEffects, request: InvocationRequest): Effects {
  const { target } = request;
  const sendAfter = { kind: "send-after", delayMs: farMs, target, value, cancellationToken: "spoilt" } as const;
  switch (wrong) {
    case "unknown-egress":
      return { ...effects, egress: [...effects.egress, { egress: "sim/nowhere", value }] };
    case "unknown-type":
      return { ...effects, messages: [...effects.messages, { target: { type: "nowhere/known", id: target.id }, value }] };
    case "to-many-new-types": {
      const strangers = Array.from({ length: newTypes }, (_, number) => ({
        target: { type: `sim/stranger-${number}`, id: target.id },
        value,
      }));
      return { ...effects, messages: [...effects.messages, ...strangers] };
    }
    case "to-no-id":
      return { ...effects, messages: [...effects.messages, { target: { ...target, id: "" }, value }] };
    case "to-an-endless-id":
      return { ...effects, delayed: [...effects.delayed, { ...sendAfter, target: { ...target, id: "x".repeat(idBytesMax + 1) } }] };
    case "unregistered-state":
      return { ...effects, mutations: [...effects.mutations, { kind: "modify", name: "nobody-declared-this", value }] };
    case "state-of-another-type":
      return { ...effects, mutations: [...effects.mutations, { kind: "modify", name: "counter", value }] };
    case "negative-delay":
      return { ...effects, delayed: [...effects.delayed, { ...sendAfter, delayMs: -1, cancellationToken: "" }] };
    case "cancel-without-token":
      return { ...effects, delayed: [...effects.delayed, { kind: "cancel", cancellationToken: "" }] };
    case "token-twice":
      return { ...effects, delayed: [...effects.delayed, sendAfter, sendAfter] };
  }
}
