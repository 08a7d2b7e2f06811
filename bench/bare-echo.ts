/** The bar: an undici client and a node:http server exchange the bytes of one invocation, with nothing in between. */
import { ToFunction } from "@signalbox/proto";
import { Pool } from "undici";
import { type Load, percentiles } from "./measurement.ts";

export function invocationBytes(): Uint8Array {
  const value = { typename: "bench/value", hasValue: true, value: Buffer.alloc(32, 7) };
  const target = { namespace: "bench", type: "counter", id: "entity-4711" };
  const state = [{ stateName: "last_value", stateValue: value }];
  return ToFunction.encode({ invocation: { target, state, invocations: [{ argument: value }] } }).finish();
}

export async function bareEcho(url: string, options: { inFlight: number; seconds: number }): Promise<Load> {
  const pool = new Pool(url, { connections: options.inFlight, pipelining: 1 });
  const body = Buffer.from(invocationBytes());
  const latenciesMs: number[] = [];
  const endMs = performance.now() + options.seconds * 1000;
  const exchange = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const startedMs = performance.now();
      await once(pool, body);
      latenciesMs.push(performance.now() - startedMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.inFlight }, exchange));
  } finally {
    await pool.close();
  }
  return { sent: latenciesMs.length, ...percentiles(latenciesMs) };
}

function once(pool: Pool, body: Buffer): Promise<void> {
  return new Promise((done, failed) => {
    pool.dispatch(
      { method: "POST", path: "/", body, headers: { "content-type": "application/octet-stream" } },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: () => undefined,
        onResponseEnd: () => done(),
        onResponseError: (_controller, error) => failed(error),
      },
    );
  });
}
