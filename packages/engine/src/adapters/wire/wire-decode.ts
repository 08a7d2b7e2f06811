/**
 * wire-decode: decodes FromFunction bytes to the engine's own reply and checks every shape once. Neighbours: wire-encode.ts is the way out;
 * transport-http.ts and transport-grpc.ts turn a malformed reply into a Failure. Guarantee: no object of the generated codec leaves this
 * file; a small value of a large reply does not keep the whole reply in memory.
 */
import { ExpireMode, FromFunction, KnownTextReader, MutationType, toSafeNumber } from "@signalbox/proto";
import type {
  AddressProperties,
  DelayedInvocation,
  EgressMessage,
  IncompleteInvocationContext,
  InvocationResponse,
  OutgoingInvocation,
  OutputOrigins,
  PersistedValueMutation,
  PersistedValueSpec,
  TypedValueProperties,
} from "@signalbox/proto";
import type { Address } from "@signalbox/runtime/model/address";
import {
  codeVersionCharactersMax,
  noEffects,
  type Causes,
  type DelayedEffect,
  type FunctionReply,
  type OutgoingEgress,
  type OutgoingMessage,
  type StateMutation,
} from "@signalbox/runtime/model/effects";
import type { ExpirationMode, StateSpec } from "@signalbox/runtime/model/state-spec";
import { absentValue, type TypedValue } from "@signalbox/runtime/model/typed-value";

export type DecodedReply =
  | { readonly kind: "ok"; readonly reply: FunctionReply }
  | { readonly kind: "error"; readonly code: "REPLY_MALFORMED" | "INVALID_ADDRESS"; readonly reason: string };

const unsetTypename = "io.statefun.types/unset";
const nothing: FunctionReply = { kind: "completed", effects: noEffects };
const noBytes = new Uint8Array(0);
/** Set during a decode, which is synchronous. */
let copyAll = false;
/** A value may keep a buffer alive that is at most this many times its own size, or at most this small. */
const retainedFactorMax = 4;
const retainedBytesMax = 2048;

class ReplyError extends Error {
  readonly code: "REPLY_MALFORMED" | "INVALID_ADDRESS";

  constructor(code: "REPLY_MALFORMED" | "INVALID_ADDRESS", message: string) {
    super(message);
    this.code = code;
  }
}

/** `reused`: the bytes will be overwritten, so every value is copied. */
export function decodeFromFunction(bytes: Uint8Array, options: { readonly reused: boolean } = { reused: false }): DecodedReply {
  if (bytes.length === 0) return { kind: "ok", reply: nothing };
  let message: FromFunction;
  try {
    message = FromFunction.decode(new KnownTextReader(bytes));
  } catch (error) {
    return {
      kind: "error",
      code: "REPLY_MALFORMED",
      reason: `not FromFunction bytes: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  copyAll = options.reused;
  try {
    if (message.incompleteInvocationContext) return { kind: "ok", reply: incomplete(message.incompleteInvocationContext) };
    if (message.invocationResult) return { kind: "ok", reply: completed(message.invocationResult) };
    return { kind: "ok", reply: nothing };
  } catch (error) {
    if (error instanceof ReplyError) return { kind: "error", code: error.code, reason: error.message };
    throw error;
  }
}

function completed(result: InvocationResponse): FunctionReply {
  return {
    kind: "completed",
    effects: {
      mutations: each(result.stateMutations, mutation),
      messages: each(result.outgoingMessages, outgoingMessage),
      delayed: each(result.delayedInvocations, delayedEffect),
      egress: each(result.outgoingEgresses, outgoingEgress),
      ...(result.outputOrigins ? { causes: causes(result.outputOrigins) } : {}),
      ...(result.codeVersion ? { codeVersion: result.codeVersion.slice(0, codeVersionCharactersMax).toWellFormed() } : {}),
    },
  };
}

/** Whether it fits the batch is checked where the batch is known (causesWithin). */
function causes(wire: OutputOrigins): Causes {
  return {
    messages: wire.outgoingMessages ?? none,
    delayed: wire.delayedInvocations ?? none,
    egress: wire.outgoingEgresses ?? none,
  };
}

function incomplete(context: IncompleteInvocationContext): FunctionReply {
  return { kind: "incomplete", missing: each(context.missingValues, stateSpec) };
}

const none: readonly never[] = [];

function each<From, To>(items: readonly From[] | null | undefined, convert: (item: From, index: number) => To): readonly To[] {
  return items === null || items === undefined || items.length === 0 ? none : items.map(convert);
}

function mutation(wire: PersistedValueMutation, index: number): StateMutation {
  const name = wire.stateName ?? "";
  switch (wire.mutationType ?? MutationType.DELETE) {
    case MutationType.DELETE:
      return { kind: "delete", name };
    case MutationType.MODIFY:
      return { kind: "modify", name, value: stateValue(wire.stateValue, `state_mutations[${index}] (${name})`) };
    default:
      throw new ReplyError("REPLY_MALFORMED", `state_mutations[${index}] (${name}) has the unknown mutation type ${wire.mutationType}`);
  }
}

function outgoingMessage(wire: OutgoingInvocation, index: number): OutgoingMessage {
  const where = `outgoing_messages[${index}]`;
  return { target: address(wire.target, where), value: argument(wire.argument, where) };
}

function delayedEffect(wire: DelayedInvocation, index: number): DelayedEffect {
  const cancellationToken = wire.cancellationToken ?? "";
  if (wire.isCancellationRequest) return { kind: "cancel", cancellationToken };
  const where = `delayed_invocations[${index}]`;
  return {
    kind: "send-after",
    delayMs: toSafeNumber(wire.delayInMs),
    target: address(wire.target, where),
    value: argument(wire.argument, where),
    cancellationToken,
  };
}

function outgoingEgress(wire: EgressMessage, index: number): OutgoingEgress {
  const egress = `${wire.egressNamespace ?? ""}/${wire.egressType ?? ""}`;
  return { egress, value: argument(wire.argument, `outgoing_egresses[${index}] (${egress})`) };
}

function stateSpec(wire: PersistedValueSpec, index: number): StateSpec {
  const name = wire.stateName ?? "";
  if (name === "") throw new ReplyError("REPLY_MALFORMED", `missing_values[${index}] has no state_name`);
  const spec = wire.expirationSpec;
  const mode = expirationMode(spec?.mode ?? ExpireMode.NONE, name);
  const afterMs = mode === "none" ? 0 : toSafeNumber(spec?.expireAfterMillis);
  // A value that expires at once after each write could never be read (Flink refuses this too).
  if (mode !== "none" && afterMs <= 0)
    throw new ReplyError("REPLY_MALFORMED", `state ${name} expires after ${afterMs} ms; declare at least 1 ms, or no expiration`);
  return { name, typename: wire.typeTypename || unsetTypename, expiration: { mode, afterMs } };
}

function expirationMode(mode: number, name: string): ExpirationMode {
  switch (mode) {
    case ExpireMode.NONE:
      return "none";
    case ExpireMode.AFTER_WRITE:
      return "after-write";
    case ExpireMode.AFTER_INVOKE:
      return "after-invoke";
    default:
      throw new ReplyError("REPLY_MALFORMED", `state ${name} has the unknown expiration mode ${mode}`);
  }
}

function address(wire: AddressProperties | null | undefined, where: string): Address {
  if (wire === null || wire === undefined) throw new ReplyError("REPLY_MALFORMED", `${where} has no target`);
  const namespace = wire.namespace ?? "";
  const name = wire.type ?? "";
  if (namespace === "" || name === "" || namespace.includes("/") || name.includes("/")) {
    throw new ReplyError("INVALID_ADDRESS", `${where} has the target type "${namespace}/${name}", which is not <namespace>/<name>`);
  }
  return { type: `${namespace}/${name}`, id: wire.id ?? "" };
}

/** Only the bytes of a state are kept (docs/statefun.md 2.2), so a written state has a value even when has_value is false. */
function stateValue(wire: TypedValueProperties | null | undefined, where: string): TypedValue {
  if (wire === null || wire === undefined) throw new ReplyError("REPLY_MALFORMED", `${where} has no value`);
  return { typename: typename(wire, where), bytes: ownBytes(wire.value) };
}

/** A missing argument becomes one without type and value, as in StateFun. Bytes count as a value, whatever has_value says. */
function argument(wire: TypedValueProperties | null | undefined, where: string): TypedValue {
  if (wire === null || wire === undefined) return absentValue("");
  const bytes = ownBytes(wire.value);
  return bytes.length === 0 && wire.hasValue !== true ? absentValue(typename(wire, where)) : { typename: typename(wire, where), bytes };
}

function typename(wire: TypedValueProperties, where: string): string {
  const name = wire.typename ?? "";
  // The store marks absent values with a NUL (core/store/record-parts.ts).
  if (name.charCodeAt(0) === 0) throw new ReplyError("REPLY_MALFORMED", `${where} has a typename that begins with NUL`);
  return name;
}

function ownBytes(bytes: Uint8Array | null | undefined): Uint8Array {
  if (bytes === null || bytes === undefined || bytes.length === 0) return noBytes;
  const kept = copyAll ? Number.POSITIVE_INFINITY : bytes.buffer.byteLength;
  return kept <= retainedBytesMax || kept <= bytes.length * retainedFactorMax ? bytes : Uint8Array.prototype.slice.call(bytes);
}
