/**
 * CallFields: calls of embedded functions as a flat list of fields. Neighbours: embedded-worker.ts puts them, embedded-thread.ts takes them;
 * embedded-frames.ts says why they are no objects. Both ends are ours, so what is taken is what was put. Order of a call's fields: id, type
 * and id of the target, number of states, each state (name, value), number of messages, each message (id, time, traceparent, whether it has
 * a caller, type and id of the caller if it has one, value). A value is its typename and the two ends of its bytes, or undefined alone.
 */
import type { Address } from "@signalbox/runtime/model/address";
import { inputId, type InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import { traceOfInput } from "../trace-of-batch.ts";
import type { Fields, ValuePacker } from "./embedded-frames.ts";

/** A value as functions take it. */
export interface CallValue {
  readonly typename: string;
  readonly bytes: Uint8Array;
}

/** What the SDK's host takes. */
export interface TakenCall {
  readonly target: Address;
  readonly states: ReadonlyMap<string, CallValue | undefined>;
  readonly messages: readonly {
    readonly caller: Address | undefined;
    readonly value: CallValue | undefined;
    readonly origin: { readonly id: number; readonly atMs: number };
    readonly traceparent: string | undefined;
  }[];
}

export function putCall(
  id: number,
  { target, state, inputs }: Pick<InvocationRequest, "target" | "state" | "inputs">,
  { fields, packer }: { readonly fields: Fields; readonly packer: ValuePacker },
): void {
  const put = (value: TypedValue | undefined): void => {
    if (value === undefined || value.hasValue === false) fields.push(undefined);
    else packer.add(fields, value);
  };
  fields.push(id, target.type, target.id, state.length);
  for (const { name, value } of state) {
    fields.push(name);
    put(value);
  }
  fields.push(inputs.length);
  for (const input of inputs) {
    const { caller } = input;
    fields.push(inputId(input), input.atMs ?? 0, traceOfInput(input), caller !== undefined);
    if (caller !== undefined) fields.push(caller.type, caller.id);
    put(input.value);
  }
}

export function* takeCalls(fields: Fields, bytes: Uint8Array): Generator<{ readonly id: number; readonly call: TakenCall }, void> {
  let at = 0;
  const text = (): string => fields[at++] as string;
  const number = (): number => fields[at++] as number;
  const optional = (): string | undefined => fields[at++] as string | undefined;
  const address = (): Address => ({ type: text(), id: text() });
  const value = (): CallValue | undefined => {
    const typename = optional();
    return typename === undefined ? undefined : { typename, bytes: bytes.subarray(number(), number()) };
  };
  while (at < fields.length) {
    const id = number();
    const target = address();
    const states = new Map<string, CallValue | undefined>();
    for (let left = number(); left > 0; left--) states.set(text(), value());
    const messages: TakenCall["messages"][number][] = [];
    for (let left = number(); left > 0; left--) {
      const origin = { id: number(), atMs: number() };
      const traceparent = optional();
      const caller = fields[at++] === true ? address() : undefined;
      messages.push({ caller, value: value(), origin, traceparent });
    }
    yield { id, call: { target, states, messages } };
  }
}
