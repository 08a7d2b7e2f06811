/**
 * The tests of the HTTP transport share these: real servers, an endpoint that leads to them, one call, and the parts of a failure that are
 * compared.
 */
import http, { type RequestListener } from "node:http";
import https from "node:https";
import type net from "node:net";
import { type AddressInfo } from "node:net";
import { FromFunction } from "@signalbox/proto";
import { afterEach, expect } from "vitest";
import { createHttpTransport } from "../src/adapters/http/transport-http.ts";
import type { EndpointSpec, TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import type { FailureScope } from "@signalbox/runtime/model/failure";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../src/ports/function-transport.ts";

export const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export const octets = { "content-type": "application/octet-stream" };
export const oneMessage = FromFunction.encode({
  invocationResult: {
    outgoingMessages: [
      { target: { namespace: "n", type: "t", id: "i" }, argument: { typename: "n/v", hasValue: true, value: Buffer.alloc(2000, 120) } },
    ],
  },
}).finish();
export const incomplete = FromFunction.encode({
  incompleteInvocationContext: { missingValues: [{ stateName: "seen", typeTypename: "io.statefun.types/int" }] },
}).finish();

export async function listen(server: net.Server, where: net.ListenOptions = { port: 0, host: "127.0.0.1" }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(where, resolve));
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
      }),
  );
  return typeof server.address() === "string" ? 0 : (server.address() as AddressInfo).port;
}

export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(http.createServer(listener))}/statefun`;
}

export function newTransport(): FunctionTransport {
  const transport = createHttpTransport();
  cleanups.push(() => transport.close());
  return transport;
}

export function endpointAt(urlTemplate: string, transport: Partial<TransportOptions> = {}): EndpointSpec {
  return {
    id: "shop/*",
    module: "m",
    namespace: "shop",
    name: "*",
    urlTemplate,
    batchMessagesMax: 1000,
    transport: {
      callTimeoutMs: 5000,
      connectTimeoutMs: 1000,
      readTimeoutMs: 5000,
      poolTtlMs: 15_000,
      poolConnectionsMax: 8,
      payloadBytesMax: 100_000,
      tls: undefined,
      ...transport,
    },
  };
}

export function request(endpoint: EndpointSpec, more: Partial<InvocationRequest> = {}): InvocationRequest {
  return {
    invocation: 1,
    attempt: 1,
    target: { type: "shop/cart", id: "anna" },
    endpoint,
    state: [{ name: "seen", value: { typename: "io.statefun.types/int", bytes: new Uint8Array(0) } }],
    inputs: [{ caller: undefined, value: { typename: "n/v", bytes: Buffer.from("hello") } }],
    timeoutMs: 5000,
    ...more,
  };
}

export async function call(
  url: string,
  options: Partial<TransportOptions> = {},
  more: Partial<InvocationRequest> = {},
): Promise<InvocationOutcome> {
  return await newTransport().invoke(request(endpointAt(url, options), more));
}

export function failed(code: string, scope: FailureScope): object {
  return { kind: "failure", failure: { code, scope, message: expect.stringMatching(/./), cure: expect.stringMatching(/./) } };
}

export const answer =
  (body: Uint8Array, headers: http.OutgoingHttpHeaders = octets): RequestListener =>
  (incoming, response) => {
    incoming.resume();
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  };
