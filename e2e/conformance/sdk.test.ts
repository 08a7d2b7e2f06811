/**
 * Conformance against the official SDKs, unmodified, as processes of their own: the same statements for JavaScript (npm) and for Python
 * (PyPI, in a venv named by SIGNALBOX_TEST_PYTHON or examples/greeter-python/.venv) and for Go, over HTTP and behind grpc-go; skipped, and
 * said so, where there is no Python with it or no Go.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import type { ProbeCommand, ProbeNote } from "../functions/probe-command.ts";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { buildGoProbe, goProbe, noGo } from "./go-probe.ts";

const probe = "conformance/probe";
const commandType = "conformance/command";
const outEgress = "conformance/out";
const egressYaml = `---\nkind: io.statefun.kafka.v1/egress\nspec:\n  id: ${outEgress}\n  address: 127.0.0.1:9092\n`;
const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");

interface OfficialSdk {
  readonly sdk: string;
  readonly over?: string;
  readonly script: string;
  readonly program: string;
  readonly env?: Record<string, string>;
  readonly build?: () => Promise<void>;
  readonly present: boolean;
  /** Types that the language's SDK lacks, or that the probe leaves out. */
  readonly without: readonly ("long" | "protobuf")[];
}

const go = { sdk: "Go", script: "", program: goProbe, build: buildGoProbe, present: noGo === undefined, without: ["protobuf"] } as const;
const sdks: readonly OfficialSdk[] = [
  { sdk: "JavaScript", script: "e2e/functions/conformance.ts", program: process.execPath, present: true, without: ["long"] },
  { sdk: "Python", script: "e2e/functions/conformance.py", program: python, present: existsSync(python), without: [] },
  go,
  { ...go, over: "gRPC", env: { TRANSPORT: "grpc" } },
];

for (const { sdk, over = "HTTP", script, program, env = {}, build, present, without } of sdks) {
  describe.skipIf(!present)(`the official ${sdk} SDK over ${over}`, () => {
    let functions: Functions;
    let gateway: Gateway;
    let ids = 0;
    const newId = (): string => `${sdk.toLowerCase()}-${++ids}`;

    beforeAll(async () => {
      await build?.();
      functions = await Functions.start(script, { program, env });
      gateway = await Gateway.start({ SIGNALBOX_ATTEMPTS_MAX: "3", SIGNALBOX_BACKOFF_BASE_MS: "5" });
      await gateway.api.applyModule("conformance", endpointYaml("conformance/*", urlOf(functions, over), egressYaml));
    }, 300_000);

    afterAll(async () => {
      await gateway?.[Symbol.asyncDispose]();
      await functions?.[Symbol.asyncDispose]();
    });

    const tell = (id: string, command: ProbeCommand) => gateway.api.send({ type: probe, id }, command, { valueType: commandType });
    const state = (id: string, name: string) => gateway.api.state({ type: probe, id }, name);
    const notes = async (id: string) => ((await state(id, "notes")) ?? []) as ProbeNote[];
    const notesReach = (id: string, count: number) =>
      until(
        async () => {
          const seen = await notes(id);
          return seen.length >= count ? seen : undefined;
        },
        { what: `${count} notes of ${id}` },
      );

    const builtIns: [name: string, typename: string, values: readonly unknown[]][] = [
      ["bool_value", "io.statefun.types/bool", [true, false]],
      ["int_value", "io.statefun.types/int", [7, 0, -2147483648, 2147483647]],
      ["float_value", "io.statefun.types/float", [1.5, 0, -0.25]],
      ["string_value", "io.statefun.types/string", ["käse 🧀", ""]],
    ];
    if (!without.includes("long"))
      builtIns.push(["long_value", "io.statefun.types/long", [5, 0, -9]], ["double_value", "io.statefun.types/double", [0.1, 0, -1e300]]);

    for (const [name, typename, values] of builtIns) {
      test(`keeps state of type ${typename}, default values too`, async () => {
        for (const value of values) {
          const id = newId();
          await tell(id, { op: "set", name, value });
          await notesReach(id, 1);
          const entity = await gateway.api.entity({ type: probe, id });
          const found = entity.state.find((entry) => entry.name === name);
          expect(found).toMatchObject({ typename, value });
        }
      });
    }

    test("keeps JSON state as the bytes that the SDK wrote", async () => {
      const id = newId();
      const document = { list: [1, "two", { three: 3 }], none: null };
      await tell(id, { op: "set", name: "json_value", value: document });
      await notesReach(id, 1);
      const entity = await gateway.api.entity({ type: probe, id });
      expect(entity.state.find((entry) => entry.name === "json_value")).toMatchObject({ typename: "conformance/json", value: document });
    });

    test.skipIf(without.includes("protobuf"))("keeps protobuf state as the bytes that the SDK wrote", async () => {
      const id = newId();
      await tell(id, { op: "set", name: "proto_value", value: "abc" });
      await notesReach(id, 1);
      const entity = await gateway.api.entity({ type: probe, id });
      const proto = entity.state.find((entry) => entry.name === "proto_value");
      expect(proto?.typename).toBe("type.googleapis.com/io.statefun.sdk.reqreply.Address");
      const fields: [number, string][] = [
        [0x0a, "conformance"],
        [0x12, "probe"],
        [0x1a, "abc"],
      ];
      const expected = Buffer.concat(fields.map(([tag, text]) => Buffer.concat([Buffer.from([tag, text.length]), Buffer.from(text)])));
      expect(Buffer.from(proto?.bytes ?? "", "base64")).toEqual(expected);
    });

    test("forgets a state value that the function deletes, and the function reads it as empty", async () => {
      const id = newId();
      await tell(id, { op: "set", name: "int_value", value: 41 });
      await tell(id, { op: "delete", name: "int_value" });
      await tell(id, { op: "increment" });
      await notesReach(id, 3);
      expect(await state(id, "int_value")).toBe(1);
    });

    test("expires state after the last write, whatever reads come between", async () => {
      const id = newId();
      await tell(id, { op: "set", name: "after_write", value: 3 });
      await until(async () => (await state(id, "after_write")) === 3, { what: "the value to be written" });
      await until(async () => (await state(id, "after_write")) === undefined, { what: "the value to read as expired", timeoutMs: 20_000 });
    });

    test("keeps state that expires after a call alive while the entity is called", async () => {
      const id = newId();
      await tell(id, { op: "set", name: "after_call", value: 3 });
      await notesReach(id, 1);
      const aliveUntil = performance.now() + 2400;
      while (performance.now() < aliveUntil) {
        const seen = (await notes(id)).length;
        await tell(id, { op: "note" });
        await notesReach(id, seen + 1);
        expect(await state(id, "after_call")).toBe(3);
        await until(() => true, { what: "a turn" });
      }
      await until(async () => (await state(id, "after_call")) === undefined, { what: "the value to expire once calls stop" });
    });

    test("gives messages of one sender in the order of sending, with the sender as caller", async () => {
      const [sender, receiver] = [newId(), newId()];
      const to = Array.from({ length: 50 }, (_, number) => ({ id: receiver, command: { op: "note" as const, note: String(number) } }));
      await tell(sender, { op: "send", to });
      const seen = await notesReach(receiver, 50);
      expect(seen.map((entry) => entry.note)).toEqual(to.map((entry) => entry.command.note));
      expect(new Set(seen.map((entry) => entry.caller))).toEqual(new Set([`${probe}/${sender}`]));
      expect((await notes(sender)).map((entry) => entry.caller)).toEqual([null]);
    });

    test("sends the messages that waited during an invocation as one batch, and never enters an entity twice at once", async () => {
      const id = newId();
      // The call takes so long that the other messages are there before it ends, even on a busy machine.
      await tell(id, { op: "wait", waitMs: 3_000 });
      await until(async () => (await gateway.api.entity({ type: probe, id })).status === "in-flight", {
        what: "the first call to be in flight",
        everyMs: 5,
      });
      for (let number = 0; number < 5; number++) await tell(id, { op: "note", note: `waiting ${number}` });
      const seen = await notesReach(id, 6);
      expect(seen.some((entry) => entry.overlapped)).toBe(false);
      expect(new Set(seen.slice(1).map((entry) => entry.batch)).size).toBe(1);
      expect(seen[0]?.batch).not.toBe(seen[1]?.batch);
    });

    test("delivers a delayed message after its delay, not before", async () => {
      const id = newId();
      const startedMs = performance.now();
      await tell(id, { op: "send-after", delayMs: 300, id, command: { op: "note", note: "later" } });
      const seen = await notesReach(id, 2);
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(295);
      expect(seen[1]).toMatchObject({ note: "later", caller: `${probe}/${id}` });
    });

    test("does not deliver a delayed message that was cancelled by its token", async () => {
      const id = newId();
      await tell(id, { op: "send-after", delayMs: 400, id, command: { op: "note", note: "cancelled" }, token: "t1" });
      await tell(id, { op: "send-after", delayMs: 500, id, command: { op: "note", note: "kept" }, token: "t2" });
      await tell(id, { op: "cancel", token: "t1" });
      await tell(id, { op: "cancel", token: "never-used" });
      const seen = await notesReach(id, 5);
      expect(seen.map((entry) => entry.note)).not.toContain("cancelled");
    });

    test("puts egress records into the outbox of their egress", async () => {
      const id = newId();
      await tell(id, { op: "egress", egress: outEgress, value: { hello: id }, valueType: "conformance/greeting" });
      await notesReach(id, 1);
      // State is visible once it is committed in memory, egress records only once their epoch is on disk.
      const records = await until(
        async () => {
          const found = await gateway.api.egressRecords(outEgress);
          return found.length > 0 && found;
        },
        { what: "the egress record" },
      );
      expect(records.map(({ typename, value }) => ({ typename, value }))).toEqual([
        { typename: "conformance/greeting", value: { hello: id } },
      ]);
    });

    test("answers a call with the message that the function sends to its caller, and a repeat with the same", async () => {
      const command: ProbeCommand = { op: "answer", value: { from: sdk }, valueType: "conformance/answer" };
      const address = { type: probe, id: newId() };
      const first = await gateway.api.call(address, command, { valueType: commandType, idempotencyKey: `${sdk} call` });
      expect(first).toEqual({ status: 200, typename: "conformance/answer", value: { from: sdk }, messageId: expect.any(String) });
      expect(await gateway.api.call(address, command, { valueType: commandType, idempotencyKey: `${sdk} call` })).toEqual(first);
      expect((await notes(address.id)).map(({ caller }) => caller?.split("/").slice(0, 2).join("/"))).toEqual(["io.signalbox.calls/call"]);
    });

    test("parks only the entity whose function throws, with its mailbox kept, and a retry after discarding goes on", async () => {
      const [bad, good] = [newId(), newId()];
      await tell(good, { op: "note" });
      await notesReach(good, 1);
      await tell(bad, { op: "throw" });
      await tell(bad, { op: "note", note: "behind" });
      // Calls for other entities succeed meanwhile, which is how the engine tells a bad entity from a bad endpoint.
      let beats = 0;
      await until(
        async () => {
          await tell(good, { op: "increment" });
          beats++;
          return (await gateway.api.entity({ type: probe, id: bad })).status === "parked";
        },
        { what: "the entity to be parked", timeoutMs: 15_000 },
      );
      await until(async () => (await state(good, "int_value")) === beats, { what: "the other entity to go on" });
      expect((await gateway.api.entity({ type: probe, id: bad })).mailboxDepth).toBe(2);
      await gateway.api.request("POST", `/v1/entities/${probe}/${bad}:discard`);
      expect((await notesReach(bad, 1)).map((entry) => entry.note)).toEqual(["behind"]);
    });

    test("parks an entity that writes to an egress that no module declares", async () => {
      const id = newId();
      await tell(id, { op: "egress", egress: "conformance/nowhere", value: 1, valueType: "conformance/greeting" });
      await until(async () => (await gateway.api.entity({ type: probe, id })).status === "parked", { what: "the entity to be parked" });
      expect((await gateway.api.entity({ type: probe, id })).failure?.code).toBe("UNKNOWN_EGRESS");
    });

    test("waits for functions that are down and goes on by itself when they are back", async () => {
      const id = newId();
      await tell(id, { op: "note", note: "before" });
      await notesReach(id, 1);
      await functions.kill();
      await tell(id, { op: "note", note: "while down" });
      await functions.start();
      const seen = await notesReach(id, 2);
      expect(seen.map((entry) => entry.note)).toEqual(["before", "while down"]);
    });
  });
}

if (!existsSync(python)) {
  test("says that the Python SDK's tests were skipped: there is no venv with it", () => {
    console.warn(`skipped: the Python SDK, because ${python} does not exist (examples/greeter-python/README.md makes it)`);
  });
}

if (noGo !== undefined) {
  test("says that the Go SDK's tests were skipped: there is no Go", () => {
    console.warn(`skipped: the Go SDK over HTTP and gRPC, because ${noGo}`);
  });
}

function urlOf(functions: Functions, over: string): string {
  return over === "gRPC" ? `grpc://127.0.0.1:${functions.port}` : functions.url;
}
