/**
 * The transport towards co-located instances calls them in turn and passes those that are away; no call is lost or doubled between them.
 */
import { expect, test } from "vitest";
import { createProcessTransport } from "../src/adapters/process/transport-process.ts";
import { callTimeout, connectionFailure } from "../src/adapters/transport-failure.ts";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import { noEffects } from "@signalbox/runtime/model/effects";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../src/ports/function-transport.ts";

function endpoint(...urlTemplates: string[]): EndpointSpec {
  return {
    id: "shop/*",
    module: "shop",
    namespace: "shop",
    name: "*",
    urlTemplate: "process:shop/*",
    batchMessagesMax: 10,
    placement: { kind: "process", urlTemplates },
    transport: {
      callTimeoutMs: 1000,
      connectTimeoutMs: 1000,
      readTimeoutMs: 1000,
      poolTtlMs: 0,
      poolConnectionsMax: 10,
      payloadBytesMax: 1000,
      tls: undefined,
    },
  };
}

function requestTo(spec: EndpointSpec): InvocationRequest {
  return { invocation: 1, attempt: 1, target: { type: "shop/cart", id: "ada" }, endpoint: spec, state: [], inputs: [], timeoutMs: 1000 };
}

/** Notes which instance was called; those in `away` refuse, those in `dying` cut the connection. */
function instances({ away = [], dying = [] }: { away?: readonly string[]; dying?: readonly string[] }): {
  transport: FunctionTransport;
  called: string[];
} {
  const called: string[] = [];
  const toInstance: FunctionTransport = {
    invoke: async ({ endpoint: { urlTemplate } }) => {
      called.push(urlTemplate);
      const code = away.includes(urlTemplate) ? "ENOENT" : dying.includes(urlTemplate) ? "ECONNRESET" : undefined;
      if (code === undefined) return { kind: "reply", reply: { kind: "completed", effects: noEffects } };
      const error = Object.assign(new Error(code), code === "ENOENT" ? { code, syscall: "connect" } : { code });
      return { kind: "failure", failure: connectionFailure(urlTemplate, error, { connectMs: 1, readMs: 1 }) };
    },
    retain: () => undefined,
    close: async () => undefined,
  };
  return { transport: createProcessTransport(toInstance), called };
}

test("instances are called in turn", async () => {
  const { transport, called } = instances({});
  const spec = endpoint("http+unix:///a.sock/", "http+unix:///b.sock/");
  for (let call = 0; call < 4; call++) await transport.invoke(requestTo(spec));
  expect(called).toEqual(["http+unix:///a.sock/", "http+unix:///b.sock/", "http+unix:///a.sock/", "http+unix:///b.sock/"]);
});

test("a call that did not arrive goes to the next instance and costs no failure", async () => {
  const { transport, called } = instances({ away: ["http+unix:///a.sock/"] });
  const outcome = await transport.invoke(requestTo(endpoint("http+unix:///a.sock/", "http+unix:///b.sock/")));
  expect(outcome.kind).toBe("reply");
  expect(called).toEqual(["http+unix:///a.sock/", "http+unix:///b.sock/"]);
});

test("a call that may have arrived goes to no other instance: the engine decides what follows", async () => {
  const { transport, called } = instances({ dying: ["http+unix:///a.sock/"] });
  const outcome = await transport.invoke(requestTo(endpoint("http+unix:///a.sock/", "http+unix:///b.sock/")));
  expect(outcome).toMatchObject({ kind: "failure", failure: { code: "ENDPOINT_DISCONNECTED" } });
  expect(called).toEqual(["http+unix:///a.sock/"]);
});

test("with all instances gone, or none ever started, the endpoint is down", async () => {
  const { transport, called } = instances({ away: ["http+unix:///a.sock/", "http+unix:///b.sock/"] });
  const away = await transport.invoke(requestTo(endpoint("http+unix:///a.sock/", "http+unix:///b.sock/")));
  expect(away).toMatchObject({ kind: "failure", failure: { code: "ENDPOINT_REFUSED", scope: "down" } });
  expect(called).toHaveLength(2);
  const none = await transport.invoke(requestTo(endpoint()));
  expect(none).toMatchObject({ kind: "failure", failure: { code: "ENDPOINT_REFUSED", message: expect.stringContaining("shop/*") } });
});

test("failures name the endpoint and a cure for a process that the gateway runs, never a socket", async () => {
  const spec = endpoint("http+unix:///run/sb/a.sock/");
  for (const [how, cure] of [
    [{ away: ["http+unix:///run/sb/a.sock/"] }, /^Nothing at once: the gateway starts it again/],
    [{ dying: ["http+unix:///run/sb/a.sock/"] }, /^Read what its process printed, on the endpoint's page: it stopped/],
  ] as const) {
    const outcome = await instances({ ...how }).transport.invoke(requestTo(spec));
    expect(outcome).toMatchObject({
      kind: "failure",
      failure: { message: expect.stringContaining("process:shop/*"), cure: expect.stringMatching(cure) },
    });
    expect(JSON.stringify(outcome)).not.toContain(".sock");
  }
});

/** Calls to the instances in `silent` run out of their time; `answer` is what becomes of the question that follows. */
function silences(silent: Set<string>): { transport: FunctionTransport; called: string[]; answer: ((answers: boolean) => void)[] } {
  const called: string[] = [];
  const answer: ((answers: boolean) => void)[] = [];
  const toInstance: FunctionTransport = {
    invoke: async ({ endpoint: { urlTemplate } }): Promise<InvocationOutcome> => {
      called.push(urlTemplate);
      if (silent.has(urlTemplate)) return { kind: "failure", failure: callTimeout(urlTemplate, 1000) };
      return { kind: "reply", reply: { kind: "completed", effects: noEffects } };
    },
    retain: () => undefined,
    close: async () => undefined,
  };
  return { transport: createProcessTransport(toInstance, () => new Promise((resolve) => answer.push(resolve))), called, answer };
}

test("a call that runs out of its time in a process that answers others is at fault itself", async () => {
  const { transport, answer } = silences(new Set(["http+unix:///a.sock/"]));
  const ended = transport.invoke(requestTo(endpoint("http+unix:///a.sock/")));
  await expect.poll(() => answer.length).toBe(1);
  answer[0]?.(true);
  expect(await ended).toMatchObject({ failure: { code: "CALL_TIMEOUT", message: expect.stringContaining("process:shop/*") } });
});

test("all calls in a process that answers nobody fail as if it had died, and until it answers or is gone nothing is sent to it", async () => {
  const silent = new Set(["http+unix:///a.sock/"]);
  const { transport, called, answer } = silences(silent);
  const spec = endpoint("http+unix:///a.sock/");
  const ended = Promise.all([1, 2, 3].map(() => transport.invoke(requestTo(spec))));
  await expect.poll(() => answer.length).toBe(1);
  answer[0]?.(false);
  for (const outcome of await ended) expect(outcome).toMatchObject({ failure: { code: "ENDPOINT_DISCONNECTED", scope: "suspect" } });
  expect(answer).toHaveLength(2);
  expect(called).toHaveLength(3);
  const refused = await transport.invoke(requestTo(spec));
  expect(refused).toMatchObject({ failure: { code: "ENDPOINT_REFUSED", scope: "down", message: expect.stringContaining("hangs") } });
  expect(called).toHaveLength(3);
  silent.clear();
  answer[1]?.(true);
  await expect.poll(async () => (await transport.invoke(requestTo(spec))).kind).toBe("reply");
});

test("while one instance hangs the others take its turns", async () => {
  const { transport, called, answer } = silences(new Set(["http+unix:///a.sock/"]));
  const spec = endpoint("http+unix:///a.sock/", "http+unix:///b.sock/");
  const ended = transport.invoke(requestTo(spec));
  await expect.poll(() => answer.length).toBe(1);
  answer[0]?.(false);
  await ended;
  for (let call = 0; call < 4; call++) expect((await transport.invoke(requestTo(spec))).kind).toBe("reply");
  expect(called).toEqual(["http+unix:///a.sock/", ...Array.from({ length: 4 }, () => "http+unix:///b.sock/")]);
});
