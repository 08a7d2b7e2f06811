/** The tests of embedded functions share these: a source, its placement, an endpoint that runs it, and a request to it. */
import type { EmbeddedPlacement, EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";

const hostUrl = import.meta.resolve("@signalbox/functions/embedded");
export const text = (value: string) => ({
  typename: "io.statefun.types/string",
  bytes: new TextEncoder().encode(`\n${String.fromCharCode(value.length)}${value}`),
});

/** A function that does what its message says, also harm. */
export const source = `
import { entity, types, record, Reject, RetryLater } from "@signalbox/functions";

const hoard: number[][] = [];
export const worker = entity("test/worker", {
  state: { seen: types.int },
  messages: { does: types.string },
  on: {
    async does(ctx, what: string) {
      if (what === "loop") for (;;);
      if (what === "hoard") for (;;) hoard.push(Array.from({ length: 100_000 }, () => Math.random()));
      if (what === "hang") await new Promise(() => undefined);
      if (what === "throw") throw new Error("no luck");
      if (what === "reject") throw new Reject("never");
      if (what === "later") throw new RetryLater("3s", "not yet");
      if (what === "undeclared") (ctx.state as any).other.set(1);
      ctx.state.seen.set((ctx.state.seen.get() ?? 0) + 1);
      ctx.egress("test/out", record(types.string, what));
    },
  },
});
`;

export function placement(code: string, more: Partial<EmbeddedPlacement> = {}): EmbeddedPlacement {
  const limits = { exportName: undefined, hostUrl, memoryMiBMax: 64, callTimeoutMs: 60_000, threads: 1 };
  return { kind: "embedded", source: { kind: "code", code }, ...limits, ...more };
}

export function endpoint(placed: EmbeddedPlacement): EndpointSpec {
  const transport = {
    callTimeoutMs: 60_000,
    connectTimeoutMs: 1000,
    readTimeoutMs: 1000,
    poolTtlMs: 0,
    poolConnectionsMax: 10,
    payloadBytesMax: 1000,
    tls: undefined,
  };
  return {
    id: "test/*",
    module: "test",
    namespace: "test",
    name: "*",
    urlTemplate: "embedded:test/*",
    batchMessagesMax: 10,
    placement: placed,
    transport,
  };
}

export function request(to: EndpointSpec, ...said: string[]): InvocationRequest {
  const target = { type: "test/worker", id: "ada" };
  const state = [{ name: "seen", value: undefined }];
  return {
    invocation: 1,
    attempt: 1,
    target,
    endpoint: to,
    state,
    inputs: said.map((one) => ({ caller: undefined, value: text(one) })),
    timeoutMs: 60_000,
  };
}
