/**
 * Wire: StateFun's requests in the port's own types, and replies back. The gateway stands between Flink and the functions: it reads what
 * Flink asks, calls the function by its own transports, and answers as the function would. Names of messages travel in a field that
 * functions never see.
 */
import { ExpireMode, FromFunction, MutationType, ToFunction, type AddressProperties, type TypedValueProperties } from "@signalbox/proto";
import type { Address, FunctionReply, InvocationInput, StateEntry, StateSpec, TypedValue } from "@signalbox/runtime";
import type { NamedCall } from "../calls/call-names.ts";
import { formatMessageName, parseMessageName, wishIn, type MessageName } from "./message-name.ts";

export interface AskedInput extends InvocationInput {
  readonly name: MessageName;
}

export interface Asked {
  readonly target: Address;
  readonly state: readonly StateEntry[];
  readonly inputs: readonly AskedInput[];
}

/** Returns undefined when the bytes are no request of StateFun. `callerOf` says where the answers of a call go. */
export function readRequest(bytes: Uint8Array, callerOf?: (call: NamedCall) => Address): Asked | undefined {
  let request: ToFunction;
  try {
    request = ToFunction.decode(bytes);
  } catch {
    return undefined;
  }
  const target = addressOf(request.invocation?.target);
  if (target === undefined) return undefined;
  return {
    target,
    state: (request.invocation?.state ?? []).map(({ stateName, stateValue }) => ({
      name: stateName ?? "",
      value: stateValue ? valueOf(stateValue) : undefined,
    })),
    inputs: (request.invocation?.invocations ?? []).map(({ caller, argument }) => {
      const name = parseMessageName(argument?.signalboxName);
      const wish = wishIn(argument?.signalboxName);
      // A function that passes a value on passes its name on too; what it sends has the function itself as its caller.
      const from = addressOf(caller) ?? (wish && callerOf?.({ position: name.sequence, wish }));
      return { name, sequence: name.sequence, headers: name.headers, caller: from, value: valueOf(argument) };
    }),
  };
}

/** Names of what it sends: of messages, of delayed ones (cancellations have none), and of records to egresses. */
export interface SentNames {
  readonly messages: readonly MessageName[];
  readonly delayed: readonly MessageName[];
  readonly egress: readonly MessageName[];
}

export function writeReply(reply: FunctionReply, names: SentNames): Uint8Array {
  if (reply.kind === "incomplete")
    return FromFunction.encode({ incompleteInvocationContext: { missingValues: reply.missing.map(specWire) } }).finish();
  const { mutations, messages, delayed, egress } = reply.effects;
  return FromFunction.encode({
    invocationResult: {
      stateMutations: mutations.map((mutation) =>
        mutation.kind === "delete"
          ? { stateName: mutation.name, mutationType: MutationType.DELETE }
          : { stateName: mutation.name, mutationType: MutationType.MODIFY, stateValue: valueWire(mutation.value) },
      ),
      outgoingMessages: messages.map(({ target, value }, index) => ({
        target: addressWire(target),
        argument: valueWire(value, names.messages[index]),
      })),
      delayedInvocations: delayed.map((effect, index) =>
        effect.kind === "cancel"
          ? { isCancellationRequest: true, cancellationToken: effect.cancellationToken }
          : {
              delayInMs: effect.delayMs,
              target: addressWire(effect.target),
              argument: valueWire(effect.value, names.delayed[index]),
              cancellationToken: effect.cancellationToken,
            },
      ),
      outgoingEgresses: egress.map(({ egress: id, value }, index) => {
        const [egressNamespace = "", egressType = ""] = id.split("/");
        return { egressNamespace, egressType, argument: valueWire(value, names.egress[index]) };
      }),
    },
  }).finish();
}

function addressOf(wire: AddressProperties | null | undefined): Address | undefined {
  return wire ? { type: `${wire.namespace ?? ""}/${wire.type ?? ""}`, id: wire.id ?? "" } : undefined;
}

function addressWire({ type, id }: Address): AddressProperties {
  const [namespace = "", name = ""] = type.split("/");
  return { namespace, type: name, id };
}

function valueOf(wire: TypedValueProperties | null | undefined): TypedValue {
  const value = { typename: wire?.typename ?? "", bytes: wire?.value ?? new Uint8Array(0) };
  return wire?.hasValue === true ? value : { ...value, hasValue: false };
}

function valueWire({ typename, bytes, hasValue }: TypedValue, name?: MessageName): TypedValueProperties {
  const value = { typename, hasValue: hasValue !== false, value: bytes };
  return name === undefined ? value : { ...value, signalboxName: formatMessageName(name) };
}

const modes = { none: ExpireMode.NONE, "after-write": ExpireMode.AFTER_WRITE, "after-invoke": ExpireMode.AFTER_INVOKE } as const;

function specWire({ name, typename, expiration }: StateSpec) {
  return {
    stateName: name,
    typeTypename: typename,
    expirationSpec: { mode: modes[expiration.mode], expireAfterMillis: expiration.afterMs },
  };
}
