/**
 * A broken Kinesis sends an answer without end, or one byte at a time. The client gathers neither, and waits no longer than the time of a
 * call.
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import { afterEach, expect, it } from "vitest";
import { connectKinesis } from "../../../src/connectors/kinesis/kinesis-client.ts";
import type { KinesisCalls } from "../../../src/connectors/kinesis/kinesis-wire.ts";
import { failureOf } from "../../../src/connectors/kinesis/kinesis-failure.ts";
import { Secret } from "../../../src/shape/secret.ts";

let server: Server | undefined;
const ending = new AbortController();
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Asked {
  readonly failure: Promise<unknown>;
  /** Resolves when the service sees the end of the connection. */
  readonly over: Promise<void>;
}

async function asked(
  answer: (response: ServerResponse) => void,
  requestTimeoutMs: number,
  ask: (calls: KinesisCalls) => Promise<unknown> = (calls) => calls.describe("s"),
): Promise<Asked> {
  const over = Promise.withResolvers<void>();
  const opened = createServer((_request, response) => {
    response.on("close", () => over.resolve());
    answer(response);
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, "127.0.0.1", resolve));
  const address = opened.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const settings = { connectTimeoutMs: 5_000, requestTimeoutMs, connectionsMax: 1, verifyCertificate: true };
  const credentials = { kind: "basic", accessKeyId: new Secret("a"), secretAccessKey: new Secret("b") } as const;
  const access = { region: "us-east-1", endpoint: `http://127.0.0.1:${port}`, credentials, settings };
  const places = { hostRefusal: () => undefined, lookup: undefined } as never;
  const calls = connectKinesis(access as never, { places, signal: ending.signal });
  const failure = ask(calls).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, over: over.promise };
}

it("an endless answer is abandoned after a bound", async () => {
  const { failure, over } = await asked((response) => {
    const more = (): void => {
      while (!response.destroyed && response.write("a".repeat(1024 * 1024)));
    };
    response.on("drain", more);
    more();
  }, 60_000);
  expect(await failure).toMatchObject({ name: "KinesisError", code: "ANSWER_TOO_LARGE" });
  await over;
});

it("an answer that never ends by itself is abandoned when the time of a call is over", async () => {
  const { failure, over } = await asked((response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
  }, 200);
  // On a busy machine the time is over before the head of the answer has come; the client then reports another code.
  expect(await failure).toMatchObject({ name: "KinesisError", code: expect.stringMatching(/^(TimeoutError|ETIMEDOUT)$/) });
  await over;
});

it("an answer is read unchanged", async () => {
  const { failure } = await asked((response) => response.end('{"StreamDescriptionSummary":{"StreamCreationTimestamp":5}}'), 60_000);
  expect(await failure).toBeUndefined();
});

const place = { stream: "s", shard: "1" };
const entry = { key: "k", hashKey: undefined, data: new Uint8Array(1) };
const shard = { ShardId: "1", HashKeyRange: { StartingHashKey: "0", EndingHashKey: "9" } };
const record = { SequenceNumber: "5", PartitionKey: "k", Data: "" };
const operations: readonly [name: string, ask: (calls: KinesisCalls) => Promise<unknown>, good: object, bad: readonly object[]][] = [
  ["identify", (calls) => calls.identify(), { StreamNames: [] }, [{ StreamNames: 5 }]],
  [
    "describe",
    (calls) => calls.describe("s"),
    { StreamDescriptionSummary: { StreamCreationTimestamp: 5 } },
    [{ StreamDescriptionSummary: {} }, { StreamDescriptionSummary: 5 }],
  ],
  [
    "shards",
    (calls) => calls.shards("s"),
    { Shards: [shard] },
    [{ Shards: [{}] }, { Shards: [{ ...shard, HashKeyRange: { StartingHashKey: "x" } }] }],
  ],
  ["iterator", (calls) => calls.iterator(place, { kind: "oldest" }), { ShardIterator: "i" }, [{ ShardIterator: "" }]],
  [
    "records",
    (calls) => calls.records("i", place),
    { Records: [record] },
    [{ NextShardIterator: "i" }, { Records: [{ ...record, SequenceNumber: null }] }],
  ],
  ["put", (calls) => calls.put("s", [entry]), { Records: [{ SequenceNumber: "5" }] }, [{ Records: [] }, { Records: [{}] }]],
];

it.each(operations)("of %s an answer of another shape than the service's is refused", async (_name, ask, good, bad) => {
  for (const answer of [null, [], {}, 5, "text", { error: "not found" }, ...bad]) {
    const { failure } = await asked((response) => response.end(JSON.stringify(answer)), 60_000, ask);
    const found = await failure;
    expect(found, JSON.stringify(answer)).toMatchObject({ name: "KinesisError", code: "UNREADABLE_ANSWER" });
    expect(failureOf(found)).toMatchObject({ kind: "retry", what: expect.stringContaining("does not answer as Kinesis does") });
    server?.close();
  }
  const { failure } = await asked((response) => response.end(JSON.stringify(good)), 60_000, ask);
  expect(await failure).toBeUndefined();
});

it.each(["<html>", "", "{"])("an answer that is not JSON (%j) is refused", async (text) => {
  const { failure } = await asked((response) => response.end(text), 60_000);
  expect(await failure).toMatchObject({ name: "KinesisError", code: "UNREADABLE_ANSWER" });
});
