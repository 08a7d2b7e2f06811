/** Values, addresses, bindings and effects for the tests of the core. */
import type { Address } from "@signalbox/runtime/model/address";
import { type DelayedEffect, type OutgoingMessage, type StateMutation } from "@signalbox/runtime/model/effects";
import type { Bindings, EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { Failure, FailureCode, FailureScope } from "@signalbox/runtime/model/failure";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";

export const textType = "io.statefun.types/string";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function text(value: string): TypedValue {
  return { typename: textType, bytes: encoder.encode(value) };
}

export function textOf(value: TypedValue | undefined): string | undefined {
  return value === undefined ? undefined : decoder.decode(value.bytes);
}

export const cart = (id: string): Address => ({ type: "shop/cart", id });
export const stock = (id: string): Address => ({ type: "shop/stock", id });

export function endpoint(id: string, change: Partial<EndpointSpec> = {}): EndpointSpec {
  const [namespace = "", name = ""] = id.split("/");
  const transport = {
    callTimeoutMs: 60_000,
    connectTimeoutMs: 1_000,
    readTimeoutMs: 60_000,
    poolTtlMs: 1_000,
    poolConnectionsMax: 64,
    payloadBytesMax: 1_000_000,
    tls: undefined,
  };
  return { id, module: "test", namespace, name, urlTemplate: "http://shop.test/", batchMessagesMax: 1000, transport, ...change };
}

export const shopBindings: Bindings = {
  endpoints: [endpoint("shop/*")],
  egresses: [{ id: "shop/out", module: "test" }],
};

export const valueSpec: StateSpec = { name: "value", typename: textType, expiration: { mode: "none", afterMs: 0 } };

export function modify(value: string, name = "value"): StateMutation {
  return { kind: "modify", name, value: text(value) };
}

export function sendAfter(target: Address, delayMs: number, options: { value?: string; token?: string } = {}): DelayedEffect {
  return { kind: "send-after", delayMs, target, value: text(options.value ?? "later"), cancellationToken: options.token ?? "" };
}

export function cancel(token: string): DelayedEffect {
  return { kind: "cancel", cancellationToken: token };
}

export function sendTo(target: Address, value: string): OutgoingMessage {
  return { target, value: text(value) };
}

export function failureOf(code: FailureCode, scope: FailureScope, retryAfterMs?: number): Failure {
  return { code, scope, message: `test ${code}`, cure: "none", retryAfterMs, raw: undefined };
}
