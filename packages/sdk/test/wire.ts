/** Requests as a runtime sends them and replies as it reads them, by the codecs that the engine uses. */
import { FromFunction, ToFunction, toBits64 } from "@signalbox/proto";

export interface TestMessage {
  readonly type: string;
  readonly value: Uint8Array;
  /** These are Signalbox's own fields of a message. */
  readonly origin?: { readonly id: number; readonly atMs: number };
  readonly caller?: { readonly namespace: string; readonly type: string; readonly id: string };
}

export function requestBytes(of: {
  readonly target: readonly [string, string, string];
  readonly states?: Readonly<Record<string, { readonly typename: string; readonly value: Uint8Array } | null>>;
  readonly messages: readonly TestMessage[];
}): Uint8Array {
  const [namespace, type, id] = of.target;
  const state = Object.entries(of.states ?? {}).map(([stateName, value]) => ({
    stateName,
    stateValue: value === null ? null : { typename: value.typename, hasValue: true, value: value.value },
  }));
  const invocations = of.messages.map((message) => ({
    caller: message.caller ?? null,
    argument: { typename: message.type, hasValue: true, value: message.value },
    ...(message.origin === undefined
      ? {}
      : { messageId: toBits64(BigInt(message.origin.id)) as never, atMs: toBits64(BigInt(message.origin.atMs)) as never }),
  }));
  return ToFunction.encode(ToFunction.create({ invocation: { target: { namespace, type, id }, state, invocations } })).finish();
}

export function replyOf(bytes: Uint8Array): Record<string, unknown> {
  return FromFunction.toObject(FromFunction.decode(bytes), { longs: Number, bytes: String, enums: String }) as Record<string, unknown>;
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
export const jsonBytes = (value: unknown): Uint8Array => text(JSON.stringify(value));
