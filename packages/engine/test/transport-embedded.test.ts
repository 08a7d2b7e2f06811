/**
 * Embedded functions: the code can end its thread at the worst; each call ends once, and the right one is blamed. Neighbour:
 * load-embedded.test.ts has sources that cannot be used.
 */
import { BroadcastChannel } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { ReplyMemory } from "../src/adapters/http/reply-memory.ts";
import { createEmbeddedTransport } from "../src/adapters/embedded/transport-embedded.ts";
import type { EmbeddedReport } from "@signalbox/runtime";
import { watchEmbedded } from "../src/adapters/embedded/embedded-reporter.ts";
import type { InvocationOutcome } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../src/ports/function-transport.ts";
import { endpoint, placement, request, source, text } from "./embedded-harness.ts";

/** Returns the reports while `run` runs, until `enough` of them are there. */
async function reports(run: () => Promise<unknown>, enough: (told: readonly EmbeddedReport["what"][]) => boolean) {
  const told: EmbeddedReport["what"][] = [];
  const unwatch = watchEmbedded(({ what }) => void told.push(what));
  await run();
  await expect.poll(() => enough(told)).toBe(true);
  unwatch();
  return told;
}

let transport: FunctionTransport = createEmbeddedTransport();
afterEach(() => transport.close());

const codeOf = (outcome: InvocationOutcome): string => (outcome.kind === "failure" ? outcome.failure.code : outcome.reply.kind);

describe("a call", () => {
  test("gives the effects of its batch, and says which input caused which", async () => {
    transport = createEmbeddedTransport();
    const outcome = await transport.invoke(request(endpoint(placement(source)), "one", "two"));
    expect(outcome).toEqual({
      kind: "reply",
      reply: {
        kind: "completed",
        effects: {
          mutations: [{ kind: "modify", name: "seen", value: { typename: "io.statefun.types/int", bytes: Uint8Array.of(13, 2, 0, 0, 0) } }],
          messages: [],
          delayed: [],
          egress: [
            { egress: "test/out", value: text("one") },
            { egress: "test/out", value: text("two") },
          ],
          causes: { messages: [], delayed: [], egress: [0, 1] },
        },
      },
    });
  });

  test("that lacks a state is told about it", async () => {
    transport = createEmbeddedTransport();
    const outcome = await transport.invoke({ ...request(endpoint(placement(source)), "one"), state: [] });
    const missing = [{ name: "seen", typename: "io.statefun.types/int", expiration: { mode: "none", afterMs: 0 } }];
    expect(outcome).toEqual({ kind: "reply", reply: { kind: "incomplete", missing } });
  });

  test.each([
    ["throw", "ENDPOINT_ERROR"],
    ["undeclared", "ENDPOINT_ERROR"],
    ["reject", "REJECTED"],
    ["later", "RETRY_LATER"],
  ])("that ends in %s fails with %s; the function's own words are only in the raw text, which masks hide", async (what, code) => {
    transport = createEmbeddedTransport();
    const secret = source.replaceAll(/"(no luck|never|not yet)"/g, '"ada@example.org"');
    const outcome = await transport.invoke(request(endpoint(placement(secret)), what));
    expect(codeOf(outcome)).toBe(code);
    const { raw = "", ...words } = outcome.kind === "failure" ? outcome.failure : expect.unreachable();
    expect(raw).toContain(what === "undeclared" ? "set" : "ada@example.org");
    expect(JSON.stringify(words)).not.toContain("ada@example.org");
  });
});

test("a request or an answer beyond the endpoint's bytes is refused, and large answers count among all replies", async () => {
  const replyMemory = new ReplyMemory(1024 * 1024);
  transport = createEmbeddedTransport({ replyMemory });
  const say = source.replace("record(types.string, what)", 'record(types.string, "x".repeat(Number(what)))');
  const narrow = { ...endpoint(placement(say)), transport: { ...endpoint(placement(say)).transport, payloadBytesMax: 400_000 } };
  expect(codeOf(await transport.invoke(request(narrow, "9".repeat(400_001))))).toBe("REQUEST_TOO_LARGE");
  expect(codeOf(await transport.invoke(request(narrow, "400000")))).toBe("REPLY_TOO_LARGE");
  const held = await Promise.all(["300000", "300000", "300000"].map((bytes) => transport.invoke(request(narrow, bytes))));
  expect(held.map(codeOf)).toEqual(["completed", "completed", "completed"]);
  expect(codeOf(await transport.invoke(request(narrow, "300000")))).toBe("REPLY_MEMORY_FULL");
  for (const outcome of held) if (outcome.kind === "reply") outcome.held?.release();
  expect(codeOf(await transport.invoke(request(narrow, "300000")))).toBe("completed");
});

test("the requests that threads hold are bounded: the others wait and are answered in their turn", async () => {
  transport = createEmbeddedTransport({ requestBytesInFlightMax: 300 });
  const to = { ...endpoint(placement(source)), transport: { ...endpoint(placement(source)).transport, payloadBytesMax: 10_000 } };
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => transport.invoke(request(to, "x".repeat(100)))));
  expect(outcomes.map(codeOf)).toEqual(Array.from({ length: 12 }, () => "completed"));
});

describe("code that does harm", () => {
  test("an endless loop ends the thread and is blamed; the other calls in it are answered", async () => {
    transport = createEmbeddedTransport();
    const to = endpoint(placement(source, { callTimeoutMs: 300 }));
    await transport.invoke(request(to, "one"));
    const [before, loop, after] = await Promise.all(["one", "loop", "two"].map((what) => transport.invoke(request(to, what))));
    expect([before, loop, after].map((outcome) => (outcome === undefined ? "" : codeOf(outcome)))).toEqual([
      "completed",
      "CALL_TIMEOUT",
      "completed",
    ]);
  });

  test("a call that waits for ever is given up alone", async () => {
    transport = createEmbeddedTransport();
    const to = endpoint(placement(source, { callTimeoutMs: 300 }));
    expect(codeOf(await transport.invoke(request(to, "hang")))).toBe("CALL_TIMEOUT");
    expect(codeOf(await transport.invoke(request(to, "one")))).toBe("completed");
  });

  test("endless memory ends the thread, not the process, and is blamed", async () => {
    transport = createEmbeddedTransport();
    const to = endpoint(placement(source));
    await transport.invoke(request(to, "one"));
    const [hoard, after] = await Promise.all(["hoard", "two"].map((what) => transport.invoke(request(to, what))));
    expect(hoard && codeOf(hoard)).toBe("ENDPOINT_DISCONNECTED");
    expect(hoard).toMatchObject({ failure: { message: expect.stringContaining("64 MiB") } });
    expect(after && codeOf(after)).toBe("completed");
  });
});

describe("code that breaks the channel of its answers", () => {
  const breaking = source.replace(
    "async does(ctx, what: string) {",
    `async does(ctx, what: string) {
      const { parentPort } = await import("node:worker_threads");
      if (what.startsWith("post ")) parentPort.postMessage(eval("(" + what.slice(5) + ")"));
      if (what.startsWith("throw ")) throw eval("(" + what.slice(6) + ")");
      if (what.startsWith("eval ")) eval(what.slice(5));`,
  );
  const to = endpoint(placement(breaking, { callTimeoutMs: 500 }));
  const both = async (what: string): Promise<string[]> => {
    transport = createEmbeddedTransport();
    const first = codeOf(await transport.invoke(request(to, what)));
    return [first, codeOf(await transport.invoke(request(to, "one")))];
  };

  test.each([
    ["null", "completed"],
    ["'a library says something'", "completed"],
    ["{ kind: 'note' }", "completed"],
    ["{ kind: 'answers' }", "ENDPOINT_DISCONNECTED"],
    ["{ kind: 'answers', fields: [null], bytes: new Uint8Array(0) }", "ENDPOINT_DISCONNECTED"],
    ["{ kind: 'answers', fields: [1, 9, 0], bytes: new Uint8Array(0) }", "ENDPOINT_DISCONNECTED"],
    ["{ kind: 'answers', fields: [1, 1, {}], bytes: new Uint8Array(0) }", "REPLY_MALFORMED"],
    ["{ kind: 'answers', fields: [1, 1, { kind: 'threw', reason: 5 }], bytes: new Uint8Array(0) }", "ENDPOINT_ERROR"],
    ["{ kind: 'answers', fields: [1, 1, { kind: 'effects', effects: {} }], bytes: new Uint8Array(0) }", "REPLY_MALFORMED"],
    ["{ kind: 'answers', fields: [1, 4, 0, 0, 0, 1], bytes: new Uint8Array(0) }", "REPLY_MALFORMED"],
    ["{ kind: 'answers', fields: [1, 5, 0, 0, 0, 0, 'more'], bytes: new Uint8Array(0) }", "REPLY_MALFORMED"],
    ["{ kind: 'answers', fields: [1, 8, 1, 'state', 'test/Text', 0, 9, 0, 0, 0], bytes: new Uint8Array(4) }", "REPLY_MALFORMED"],
    ["{ kind: 'refused', problem: 5 }", "ENDPOINT_DISCONNECTED"],
  ])("posts %s: %s, and the next call is answered", async (what, code) => {
    expect(await both(`post ${what}`)).toEqual([code, "completed"]);
  });

  test.each([
    ["Object.assign(new Error('x'), { stack: Symbol('x') })", "ENDPOINT_ERROR"],
    ["Object.create(null)", "ENDPOINT_ERROR"],
    ["new Proxy({}, { getPrototypeOf() { throw 1; } })", "ENDPOINT_ERROR"],
  ])("throws %s: %s in the same thread", async (what, code) => {
    const told = await reports(
      async () => expect(await both(`throw ${what}`)).toEqual([code, "completed"]),
      (all) => all.some(({ kind }) => kind === "running"),
    );
    expect(told.filter(({ kind }) => kind === "starting")).toHaveLength(1);
  });

  test.each([
    ["setImmediate = () => undefined", "completed"],
    ["process.exit(0)", "ENDPOINT_DISCONNECTED"],
    ["const held = []; for (;;) held.push(Buffer.alloc(8 * 1024 * 1024, 1))", "ENDPOINT_DISCONNECTED"],
  ])("does %s: %s, and the next call is answered", async (what, code) => {
    expect(await both(`eval ${what}`)).toEqual([code, "completed"]);
  });

  test("patches the channel of all answers: its thread gets no more calls, and the next one is answered", async () => {
    transport = createEmbeddedTransport();
    expect(codeOf(await transport.invoke(request(to, "eval Promise.prototype.then = function () {}")))).toBe("completed");
    expect(codeOf(await transport.invoke(request(to, "one")))).toBe("CALL_TIMEOUT");
    expect(codeOf(await transport.invoke(request(to, "two")))).toBe("completed");
  });

  test.each([
    ["async () => { throw new Error('in vain'); }", "a promise that nobody awaits rejected", /^Error: in vain\n +at .*source\.ts:\d+/],
    ["() => Promise.reject('a text')", "a promise that nobody awaits rejected", /^a text$/],
    ["() => Promise.reject(Object.create(null))", "a promise that nobody awaits rejected", /^a value that cannot be read$/],
    ["() => setTimeout(() => { throw new Error('later'); })", "an error that nothing caught", /^Error: later\n +at .*source\.ts:\d+/],
  ])("does %s without awaiting it: the failure says so, with the place and the cure", async (what, message, raw) => {
    const unawaited = source.replace(
      'if (what === "loop")',
      `if (what === "float") { void (${what})(); await new Promise(() => undefined); }\n$&`,
    );
    transport = createEmbeddedTransport();
    const outcome = await transport.invoke(request(endpoint(placement(unawaited)), "float"));
    const failure = outcome.kind === "failure" ? outcome.failure : undefined;
    expect(failure).toMatchObject({
      code: "ENDPOINT_DISCONNECTED",
      message: `embedded:test/*: the thread ended: ${message}`,
      raw: expect.stringMatching(raw),
    });
    expect(failure?.cure).toMatch(message.startsWith("a promise") ? /^Await the promise/ : /^Mend the function/);
  });

  test("a rejection that the source handles itself is left to it", async () => {
    const listening = source
      .replace("const hoard", "let heard = () => {};\nprocess.on('unhandledRejection', () => heard());\n$&")
      .replace(
        'if (what === "loop")',
        'if (what === "float") await new Promise((r) => { heard = () => r(undefined); void Promise.reject(1); });\n$&',
      );
    transport = createEmbeddedTransport();
    expect(codeOf(await transport.invoke(request(endpoint(placement(listening)), "float")))).toBe("completed");
  });

  test("a thread that cannot be ended is abandoned: others get another one, and after two the endpoint gets none", async () => {
    // JavaScript's engine does not interrupt this. It takes longer than the thread is waited for, on a fast machine too, and it ends.
    const stuck = source.replace(
      'if (what === "loop") for (;;);',
      'if (what === "loop") Array.prototype.lastIndexOf.call({ length: 2 ** 29 }, 1);',
    );
    const slow = endpoint(placement(stuck, { callTimeoutMs: 300 }));
    transport = createEmbeddedTransport();
    const answers = async (...said: string[]): Promise<string[]> =>
      (await Promise.all(said.map((what) => transport.invoke(request(slow, what))))).map(codeOf);
    expect(await answers("one")).toEqual(["completed"]);
    // Its entity waits for a person at once, because each further call would take another thread.
    expect(await answers("one", "loop", "two")).toEqual(["completed", "REJECTED", "completed"]);
    expect(await answers("loop")).toEqual(["REJECTED"]);
    await expect.poll(() => answers("one")).toEqual(["ENDPOINT_REFUSED"]);
  });
});

test("a new revision answers new calls while the old one finishes its own", async () => {
  transport = createEmbeddedTransport();
  const slow = source.replace(
    'if (what === "hang") await new Promise(() => undefined);',
    "await new Promise((resolve) => setTimeout(resolve, 200));",
  );
  const old = endpoint(placement(slow));
  const young = endpoint(placement(source.replace('"test/out"', '"test/young"')));
  const underWay = transport.invoke(request(old, "one"));
  transport.retain([young]);
  expect(await transport.invoke(request(young, "one"))).toMatchObject({ reply: { effects: { egress: [{ egress: "test/young" }] } } });
  expect(await underWay).toMatchObject({ reply: { effects: { egress: [{ egress: "test/out" }] } } });
});

test("a thread reports what it does and prints, and leaves out output that comes too fast", async () => {
  const code = source.replace(
    "async does(ctx, what: string) {",
    'async does(ctx, what: string) {\n for (let i = 0; i < Number(what); i++) console.log("line", i);',
  );
  const to = endpoint(placement(code));
  const lines = (told: readonly EmbeddedReport["what"][]): string[] => told.flatMap((what) => (what.kind === "line" ? [what.text] : []));
  const told = await reports(
    () => transport.invoke(request(to, "5000")),
    (all) => lines(all).includes("line 100"),
  );
  expect(told.slice(0, 2)).toEqual([{ kind: "starting" }, { kind: "running" }]);
  expect(lines(told)[0]).toBe("line 0");
  expect(lines(told).length).toBeLessThan(5_000);
});

test("foreign messages on the channel of reports are ignored", async () => {
  const other = new BroadcastChannel(`signalbox-embedded-${process.pid}`);
  const told = await reports(
    async () => {
      for (const what of [null, 5, { kind: "ended" }, { kind: "line", text: 5 }, { kind: "memory" }, { kind: "other" }])
        other.postMessage({ endpoint: "test/*", module: "test", place: "1", what });
      other.postMessage(null);
      await transport.invoke(request(endpoint(placement(source)), "one"));
    },
    (all) => all.some(({ kind }) => kind === "running"),
  );
  other.close();
  // A thread reports its memory by the clock, as a number; those reports are left out.
  const kinds = told.filter((what) => what.kind !== "memory" || typeof what.bytes !== "number").map(({ kind }) => kind);
  expect(kinds).toEqual(["starting", "running"]);
});

test("a thread that ends says why", async () => {
  const to = endpoint(placement(source, { callTimeoutMs: 100 }));
  const told = await reports(
    () => transport.invoke(request(to, "loop")),
    (all) => all.some(({ kind }) => kind === "ended"),
  );
  expect(told.at(-1)).toMatchObject({ kind: "ended", problem: { code: "CALL_TIMEOUT" } });
});
