/**
 * Handler: StateFun's remote-function protocol, as little as the demo needs: the state handshake, a batch of messages, effects.
 * It runs in the demo's own process and knows nothing of the gateway; any StateFun runtime could call it.
 */
import {
  FromFunction,
  ToFunction,
  type AddressProperties,
  type DelayedInvocation,
  type EgressMessage,
  type OutgoingInvocation,
  type PersistedValueMutation,
  type TypedValueProperties,
} from "@signalbox/proto";

export interface StateDeclaration {
  readonly name: string;
  readonly typename: string;
}

export interface Target {
  readonly type: string;
  readonly id: string;
}

/** What one message may do; effects of a batch are collected in order. */
export interface FunctionContext {
  readonly self: Target;
  readonly caller: Target | undefined;
  read(name: string): unknown;
  write(name: string, value: unknown): void;
  send(target: Target, typename: string, value: unknown): void;
  sendAfter(delayMs: number, message: { target: Target; typename: string; value: unknown; token: string }): void;
  cancel(token: string): void;
  egress(id: string, typename: string, value: unknown): void;
}

export interface DemoFunction {
  readonly states: readonly StateDeclaration[];
  run(context: FunctionContext, message: { typename: string; value: unknown }): void;
}

/** Rejects by throwing: the server answers 500 with the stack, as SDKs do. */
export function handle(functions: ReadonlyMap<string, DemoFunction>, request: Uint8Array): Uint8Array {
  const batch = ToFunction.decode(request).invocation;
  const self = targetOf(batch?.target);
  const found = functions.get(self.type);
  if (found === undefined) throw new Error(`this process serves no function ${self.type}`);
  const held = new Map((batch?.state ?? []).map((state) => [state.stateName ?? "", state.stateValue]));
  const missing = found.states.filter((state) => !held.has(state.name));
  if (missing.length > 0) {
    return FromFunction.encode({
      incompleteInvocationContext: { missingValues: missing.map((state) => ({ stateName: state.name, typeTypename: state.typename })) },
    }).finish();
  }
  const effects = new EffectCollector(self, found.states, held);
  for (const invocation of batch?.invocations ?? []) {
    effects.caller = invocation.caller ? targetOf(invocation.caller) : undefined;
    found.run(effects, { typename: invocation.argument?.typename ?? "", value: parseJson(invocation.argument?.value) });
  }
  return FromFunction.encode({ invocationResult: effects.result() }).finish();
}

class EffectCollector implements FunctionContext {
  caller: Target | undefined;
  readonly self: Target;
  readonly #states: readonly StateDeclaration[];
  readonly #values = new Map<string, unknown>();
  readonly #written = new Set<string>();
  readonly #sent: OutgoingInvocation[] = [];
  readonly #delayed: DelayedInvocation[] = [];
  readonly #egress: EgressMessage[] = [];

  constructor(self: Target, states: readonly StateDeclaration[], held: ReadonlyMap<string, TypedValueProperties | null | undefined>) {
    this.self = self;
    this.#states = states;
    for (const { name } of states) {
      const value = held.get(name);
      if (value?.hasValue === true) this.#values.set(name, parseJson(value.value));
    }
  }

  read(name: string): unknown {
    return this.#values.get(name);
  }

  write(name: string, value: unknown): void {
    this.#values.set(name, value);
    this.#written.add(name);
  }

  send(target: Target, typename: string, value: unknown): void {
    this.#sent.push({ target: addressOf(target), argument: typedJson(typename, value) });
  }

  sendAfter(delayMs: number, message: { target: Target; typename: string; value: unknown; token: string }): void {
    const delayInMs = { low: delayMs, high: 0, unsigned: false };
    this.#delayed.push(
      delayedInvocation({
        delayInMs,
        target: addressOf(message.target),
        argument: typedJson(message.typename, message.value),
        cancellationToken: message.token,
      }),
    );
  }

  cancel(token: string): void {
    this.#delayed.push({ isCancellationRequest: true, cancellationToken: token });
  }

  egress(id: string, typename: string, value: unknown): void {
    const slash = id.indexOf("/");
    this.#egress.push({ egressNamespace: id.slice(0, slash), egressType: id.slice(slash + 1), argument: typedJson(typename, value) });
  }

  result(): {
    stateMutations: PersistedValueMutation[];
    outgoingMessages: OutgoingInvocation[];
    delayedInvocations: DelayedInvocation[];
    outgoingEgresses: EgressMessage[];
  } {
    const typenames = new Map(this.#states.map((state) => [state.name, state.typename]));
    const stateMutations = [...this.#written].map((stateName) => ({
      mutationType: 1,
      stateName,
      stateValue: typedJson(typenames.get(stateName) ?? "", this.#values.get(stateName)),
    }));
    return { stateMutations, outgoingMessages: this.#sent, delayedInvocations: this.#delayed, outgoingEgresses: this.#egress };
  }
}

/** The generated type asks for a Long instance; its encoder takes any { low, high, unsigned }. */
function delayedInvocation(
  parts: Omit<DelayedInvocation, "delayInMs"> & { delayInMs: { low: number; high: number; unsigned: boolean } },
): DelayedInvocation {
  return parts as DelayedInvocation;
}

function typedJson(typename: string, value: unknown): TypedValueProperties {
  return { typename, hasValue: true, value: Buffer.from(JSON.stringify(value)) };
}

function parseJson(bytes: Uint8Array | null | undefined): unknown {
  return bytes === null || bytes === undefined || bytes.length === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString("utf8"));
}

function addressOf(target: Target): AddressProperties {
  const slash = target.type.indexOf("/");
  return { namespace: target.type.slice(0, slash), type: target.type.slice(slash + 1), id: target.id };
}

function targetOf(address: AddressProperties | null | undefined): Target {
  return { type: `${address?.namespace ?? ""}/${address?.type ?? ""}`, id: address?.id ?? "" };
}
