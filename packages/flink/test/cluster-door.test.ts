/** The port at which a cluster asks the gateway serves by token and run, within bounds, and answers nothing else. */
import { createServer as createNodeServer } from "node:http";
import { FromFunction } from "@signalbox/proto";
import { afterEach, describe, expect, test } from "vitest";
import { openClusterDoor, type ClusterDoor, type OpenServer, type ClusterDoorHandler } from "../src/door/cluster-door.ts";

const token = "secret";
let door: ClusterDoor | undefined;
afterEach(() => door?.close());

async function open(parts: Partial<ClusterDoorHandler> = {}) {
  const calls: unknown[] = [];
  const handler: ClusterDoorHandler = {
    runInForce: () => "r1",
    poll: async (from) => ({ kind: "messages", first: from, frames: [Buffer.from("m")] }),
    waitFor: async () => undefined,
    completed: async (checkpoint) => void calls.push(checkpoint),
    take: async (taken) => void calls.push({ ...taken, records: taken.records.map((record) => Buffer.from(record).toString()) }),
    ask: async (endpoint, body) => (endpoint === "shop/*" ? { kind: "reply", bytes: body } : undefined),
    failed: (error) => void calls.push(error),
    ...parts,
  };
  const openServer: OpenServer = ({ handle, failed }) =>
    createNodeServer((request, response) => void handle(request, response).catch((error: unknown) => failed(error, request, response)));
  door = await openClusterDoor({ openServer, host: "127.0.0.1", port: 0, token, handler });
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${door?.port}${path}`, { headers: { authorization: `Bearer ${token}` }, ...init });
  return { ask, calls, endCalls: door.endCalls };
}

describe("the port for the cluster", () => {
  test("gives messages, hears of checkpoints and takes records", async () => {
    const { ask, calls } = await open();
    const polled = await ask("/v1/flink/ingress?run=r1&from=7&max=10");
    expect(Buffer.from(await polled.arrayBuffer()).toString("hex")).toBe(`${"0".repeat(15)}700000001${Buffer.from("m").toString("hex")}`);
    expect((await ask("/v1/flink/ingress/trim?run=r1&to=7&checkpoint=3", { method: "POST" })).status).toBe(200);
    const body = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 120]);
    const path = "/v1/flink/egress?run=r1&egress=a%2Fb&transaction=t-1.0&checkpoint=3";
    expect((await ask(path, { method: "POST", body })).status).toBe(200);
    expect(calls).toEqual([
      { position: 7, id: 3 },
      { egress: "a/b", transaction: "t-1.0", checkpoint: 3, records: ["x"] },
    ]);
  });

  test("calls functions for Flink, by the run and the token in the path", async () => {
    const { ask } = await open();
    const call = (run: string, given: string, endpoint: string) =>
      ask(`/v1/flink/call/${run}/${given}/${Buffer.from(endpoint).toString("base64url")}`, {
        method: "POST",
        body: "request",
        headers: {},
      });
    const answers = await Promise.all([
      call("r1", token, "shop/*"),
      call("r1", token, "other/*"),
      call("r0", token, "shop/*"),
      call("r1", "x", "shop/*"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 409, 401]);
    expect(await answers[0]?.text()).toBe("request");
  });

  test("answers no other run and no other token, and delays the first of them", async () => {
    const { ask, calls } = await open();
    const statuses = await Promise.all([
      ask("/v1/flink/ingress?run=r0&from=1&max=1"),
      ask("/v1/flink/ingress?from=1&max=1"),
      ask("/v1/flink/ingress?run=r1&from=1&max=1", { headers: {} }),
      ask("/v1/flink/ingress?run=r1&from=1&max=1", { headers: { authorization: "Bearer secreT" } }),
      ask("/v1/flink/ingress/trim?run=r0&to=9&checkpoint=1", { method: "POST" }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([409, 409, 401, 401, 409]);
    expect(calls).toEqual([]);
  });

  test("refuses a request that the connector does not make, in words", async () => {
    const { ask, calls } = await open();
    const egress = "/v1/flink/egress?run=r1&egress=a%2Fb&transaction=t&checkpoint=1";
    const asked: [string, RequestInit, number][] = [
      ["/v1/flink/ingress?run=r1&from=-1&max=10", {}, 400],
      ["/v1/flink/ingress?run=r1&from=1e9&max=10", {}, 400],
      ["/v1/flink/ingress/trim?run=r1&to=x&checkpoint=1", { method: "POST" }, 400],
      [egress, { method: "POST", body: "not records" }, 400],
      [egress.replace("transaction=t", "transaction=../t"), { method: "POST" }, 400],
      ["/v1/flink/other?run=r1", {}, 404],
      ["//[?run=r1", {}, 400],
    ];
    for (const [path, init, status] of asked) {
      const answer = await ask(path, init);
      expect([path, answer.status]).toEqual([path, status]);
      expect(await answer.text()).not.toBe("");
    }
    expect(calls).toEqual([]);
  });

  test("says that a position was released, and how far back the log reaches", async () => {
    const { ask } = await open({ poll: async () => ({ kind: "gone", oldest: 40 }) });
    const answer = await ask("/v1/flink/ingress?run=r1&from=7&max=10");
    expect([answer.status, await answer.text()]).toEqual([410, expect.stringMatching(/position 7 .* 40 is the oldest/)]);
  });

  test("a call that hangs is answered with nothing once the state of its run is kept, and so is the next one", async () => {
    const asked = Promise.withResolvers<undefined>();
    const never = Promise.withResolvers<undefined>();
    const { ask, endCalls } = await open({
      ask: async () => {
        asked.resolve(undefined);
        return never.promise;
      },
    });
    const path = `/v1/flink/call/r1/${token}/${Buffer.from("shop/*").toString("base64url")}`;
    const hanging = ask(path, { method: "POST", body: "x" });
    await asked.promise;
    endCalls("another");
    endCalls("r1");
    for (const answer of [await hanging, await ask(path, { method: "POST", body: "x" })]) {
      expect(answer.status).toBe(200);
      expect(FromFunction.decode(new Uint8Array(await answer.arrayBuffer())).invocationResult).toMatchObject({});
    }
    never.resolve(undefined);
  });

  test("a poll that waits is answered when its run ends, so that the source can end", async () => {
    const waits = Promise.withResolvers<undefined>();
    const never = Promise.withResolvers<undefined>();
    const { ask, endCalls } = await open({
      poll: async (from) => ({ kind: "messages", first: from, frames: [] }),
      waitFor: async () => {
        waits.resolve(undefined);
        return never.promise;
      },
    });
    const polling = ask("/v1/flink/ingress?from=7&max=10&run=r1");
    await waits.promise;
    endCalls("r1");
    const answer = await polling;
    expect([answer.status, Buffer.from(await answer.arrayBuffer()).readBigInt64BE(0)]).toEqual([200, 7n]);
    never.resolve(undefined);
  });
});
