/** Which endpoints are asked before a change, and what counts as dead. */
import type { EndpointSpec, Failure, InvocationOutcome, InvocationRequest } from "@signalbox/runtime";
import { expect, test } from "vitest";
import { deadEndpoints, endpointsToAsk } from "../src/deploy/liveness.ts";

const transport = {
  callTimeoutMs: 60_000,
  connectTimeoutMs: 1_000,
  readTimeoutMs: 60_000,
  poolTtlMs: 15_000,
  poolConnectionsMax: 64,
  payloadBytesMax: 1_000_000,
  tls: undefined,
};
const endpoint = (id: string, more: Partial<EndpointSpec> = {}): EndpointSpec => {
  const [namespace = "", name = ""] = id.split("/");
  return { id, module: "m", namespace, name, urlTemplate: `http://${namespace}.test/`, batchMessagesMax: 9, transport, ...more };
};
const ids = (endpoints: readonly EndpointSpec[]): string[] => endpoints.map(({ id }) => id);

test("endpoints that are new or moved are asked; those that the gateway starts or lets sleep are not", () => {
  const before = [endpoint("a/*"), endpoint("b/*"), endpoint("c/*")];
  const next = [
    endpoint("a/*", { batchMessagesMax: 1 }),
    endpoint("b/*", { urlTemplate: "http://elsewhere.test/" }),
    endpoint("new/*"),
    endpoint("started/*", { placement: { kind: "process", urlTemplates: [] } }),
    endpoint("asleep/*", { scaledToZero: "asleep" }),
  ];
  expect(ids(endpointsToAsk(before, next))).toEqual(["b/*", "new/*"]);
  expect(endpointsToAsk(next, next)).toEqual([]);
});

test("an endpoint that is down or hangs is dead; one that answers with an error, or as a function, is not, and its memory is given back", async () => {
  const asked: InvocationRequest[] = [];
  let released = 0;
  const call = async (request: InvocationRequest): Promise<InvocationOutcome> => {
    asked.push(request);
    const failure = (scope: Failure["scope"]): InvocationOutcome => ({
      kind: "failure",
      failure: { code: "ENDPOINT_ERROR", message: `it is ${scope}`, scope } as Failure,
    });
    if (request.target.type.startsWith("down/")) return failure("down");
    if (request.target.type.startsWith("hung/"))
      return { kind: "failure", failure: { code: "CALL_TIMEOUT", message: "it is late", scope: "suspect" } as Failure };
    if (request.target.type.startsWith("odd/")) return failure("entity");
    return { kind: "reply", reply: { kind: "incomplete", missing: [] }, held: { release: () => void released++ } };
  };
  const dead = await deadEndpoints([endpoint("up/one"), endpoint("down/*"), endpoint("odd/*"), endpoint("hung/*")], call);
  expect(dead.map(({ endpoint: { id }, reason }) => [id, reason])).toEqual([
    ["down/*", "it is down"],
    ["hung/*", "it is late"],
  ]);
  expect(released).toBe(1);
  expect(asked.map(({ target }) => target.type).toSorted()).toEqual([
    "down/signalbox-check",
    "hung/signalbox-check",
    "odd/signalbox-check",
    "up/one",
  ]);
  expect(asked.every(({ inputs, state }) => inputs.length === 0 && state.length === 0)).toBe(true);
});
