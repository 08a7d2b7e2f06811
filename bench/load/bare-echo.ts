/** The limit: an undici client and a node:http server exchange the bytes of one invocation, with nothing in between. */
import { ToFunction } from "@signalbox/proto";
import { Pool } from "undici";
import { message, stateName, valueType } from "../workload.ts";
import { cpuOfThisProcess, type Load, percentiles } from "./load.ts";

export function invocationBytes(): Uint8Array {
  const value = { typename: valueType, hasValue: true, value: message };
  const target = { namespace: "bench", type: "counter", id: "e4711" };
  const state = [{ stateName, stateValue: value }];
  return ToFunction.encode({ invocation: { target, state, invocations: [{ argument: value }] } }).finish();
}

export async function bareEcho(url: string, options: { inFlight: number; seconds: number }): Promise<Load> {
  const pool = new Pool(url, { connections: options.inFlight, pipelining: 1 });
  const body = Buffer.from(invocationBytes());
  const latenciesMs: number[] = [];
  const cpuBefore = cpuOfThisProcess();
  const endMs = performance.now() + options.seconds * 1000;
  const exchange = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const startedMs = performance.now();
      await post(pool, { path: "/", body, contentType: "application/octet-stream" });
      latenciesMs.push(performance.now() - startedMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.inFlight }, exchange));
  } finally {
    await pool.close();
  }
  return { sent: latenciesMs.length, ...percentiles(latenciesMs), loadCpuMicroseconds: cpuOfThisProcess() - cpuBefore };
}

/** Uses the cheapest exchange that undici has; rejects on anything but success. */
export function post(pool: Pool, request: { path: string; body: Buffer; contentType: string }): Promise<void> {
  const { path, body, contentType } = request;
  return new Promise((done, failed) => {
    let status = 0;
    pool.dispatch(
      { method: "POST", path, body, headers: { "content-type": contentType } },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => (status < 300 ? done() : failed(new Error(`${path} answered ${status}`))),
        onResponseError: (_controller, error) => failed(error),
      },
    );
  });
}
