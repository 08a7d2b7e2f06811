/**
 * The official SDKs, unmodified, on a real Flink: what e2e/conformance says of them on the embedded engine, as far as Flink has it. The
 * table in docs/write-an-sdk.md is made of these tests (`npm run conformance -- --official --write`). A greeter is replaced by the next
 * SDK's in turn, by savepoints, and keeps its state.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { statements } from "../conformance/official-statements.ts";
import { buildGoProbe, goProbe, noGo } from "../conformance/go-probe.ts";
import { greeterExamples } from "../conformance/greeter-examples.ts";
import type { ProbeCommand, ProbeNote } from "../functions/probe-command.ts";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { until } from "../stack/until.ts";
import { FlinkStand, skipped, whyNoFlink } from "./flink-stand.ts";

const type = "conformance/probe";
vi.setConfig({ testTimeout: 400_000 });
const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");
const egress = "---\nkind: io.signalbox.v1/egress\nspec:\n  id: conformance/out\n";

const probes = [
  { sdk: "JavaScript", script: "e2e/functions/conformance.ts", program: process.execPath, present: true, longs: false },
  { sdk: "Python", script: "e2e/functions/conformance.py", program: python, present: existsSync(python), longs: true },
  { sdk: "Go", script: "", program: goProbe, build: buildGoProbe, present: noGo === undefined, longs: true },
].filter(({ present }) => present);

const greeters = greeterExamples.filter(({ on, present }) => present && on.startsWith("the official"));

describe.skipIf(whyNoFlink !== undefined)(`official SDKs on Flink${skipped}`, () => {
  let stand: FlinkStand;
  beforeAll(async () => {
    for (const { build } of greeters) await build?.();
    stand = await FlinkStand.start({ SIGNALBOX_FLINK_PARALLELISM: "1" });
  }, 900_000);
  afterAll(async () => stand?.[Symbol.asyncDispose]());

  test(`${statements.greeter}: ${greeters.map(({ on }) => on).join(", ")}`, async () => {
    for (const [index, { folder, script, program, args = [] }] of greeters.entries()) {
      await using functions = await Functions.start(`${folder}/${script}`, { program, args });
      expect(await stand.apply(stand.module().replace(stand.functions.url, functions.url))).toMatchObject({ status: 200 });
      await stand.send(["ada"]);
      await stand.came(index + 1);
    }
    const greetings = (await stand.greetings()).map(({ text, visits }) => ({ text, visits }));
    expect(greetings).toEqual(
      greeters.map((_, index) =>
        index === 0
          ? { text: "Welcome ada!", visits: 1 }
          : { text: `Nice to see you again, ada: visit number ${index + 1}.`, visits: index + 1 },
      ),
    );
  }, 400_000);

  for (const { sdk, script, program, build, longs } of probes)
    describe(`the official ${sdk} SDK`, () => {
      let functions: Functions;
      beforeAll(async () => {
        await build?.();
        functions = await Functions.start(script, { program });
        await stand.gateway.api.applyModule("conformance", endpointYaml("conformance/*", functions.url, egress));
      }, 400_000);
      afterAll(async () => functions?.[Symbol.asyncDispose]());

      let ids = 0;
      const newId = (): string => `${sdk.toLowerCase()}-${++ids}`;
      const tell = (id: string, command: ProbeCommand) =>
        stand.gateway.api.send({ type, id }, command, { valueType: "conformance/command" });
      const state = (id: string, name: string) => stand.gateway.api.state({ type, id }, name);
      const notes = (id: string, count: number): Promise<readonly ProbeNote[]> =>
        until(
          async () => {
            const seen = ((await state(id, "notes")) ?? []) as ProbeNote[];
            return seen.length >= count && seen;
          },
          { what: `${count} notes of ${id}`, timeoutMs: 90_000 },
        );
      const keeps = async (values: readonly (readonly [name: string, values: readonly unknown[]])[]): Promise<void> => {
        for (const [name, all] of values)
          for (const value of all) {
            const id = newId();
            await tell(id, { op: "set", name, value });
            await notes(id, 1);
            expect(await state(id, name)).toEqual(value);
          }
      };

      test(statements.state, () =>
        keeps([
          ["bool_value", [true, false]],
          ["int_value", [7, 0, -2147483648, 2147483647]],
          ["float_value", [1.5, 0, -0.25]],
          ["string_value", ["käse 🧀", ""]],
          ["json_value", [{ list: [1, "two", { three: 3 }], none: null }]],
        ]),
      );

      test.skipIf(!longs)(statements.longs, () =>
        keeps([
          ["long_value", [5, 0, -9]],
          ["double_value", [0.1, 0, -1e300]],
        ]),
      );

      test(statements.deletion, async () => {
        const gone = newId();
        await tell(gone, { op: "set", name: "int_value", value: 41 });
        await tell(gone, { op: "delete", name: "int_value" });
        await tell(gone, { op: "increment" });
        await notes(gone, 3);
        expect(await state(gone, "int_value")).toBe(1);
      });

      test(statements.order, async () => {
        const [sender, receiver] = [newId(), newId()];
        const to = Array.from({ length: 50 }, (_, number) => ({ id: receiver, command: { op: "note" as const, note: String(number) } }));
        await tell(sender, { op: "send", to });
        const received = await notes(receiver, 50);
        expect(received.map(({ note }) => note)).toEqual(to.map(({ command }) => command.note));
        expect(new Set(received.map(({ caller }) => caller))).toEqual(new Set([`${type}/${sender}`]));
        expect(received.some(({ overlapped }) => overlapped)).toBe(false);
        expect((await notes(sender, 1)).map(({ caller }) => caller)).toEqual([null]);
      });

      test(statements.delays, async () => {
        const late = newId();
        await tell(late, { op: "send-after", delayMs: 2_000, id: late, command: { op: "note", note: "cancelled" }, token: "t1" });
        await tell(late, { op: "send-after", delayMs: 2_500, id: late, command: { op: "note", note: "kept" }, token: "t2" });
        await tell(late, { op: "cancel", token: "t1" });
        const timed = (await notes(late, 4)).map(({ note }) => note);
        expect([timed.includes("kept"), timed.includes("cancelled")]).toEqual([true, false]);
      });

      test(statements.egress, async () => {
        await tell(newId(), { op: "egress", egress: "conformance/out", value: { from: sdk }, valueType: "conformance/greeting" });
        const left = async (): Promise<boolean> =>
          (await stand.gateway.api.egressRecords("conformance/out")).some(
            ({ value }) => JSON.stringify(value) === JSON.stringify({ from: sdk }),
          );
        await until(left, { what: "the egress record", timeoutMs: 90_000 });
      });

      test(statements.calls, async () => {
        const command: ProbeCommand = { op: "answer", value: { from: sdk }, valueType: "conformance/answer" };
        const ask = () => stand.gateway.api.call({ type, id: newId() }, command, { valueType: "conformance/command", timeout: "60s" });
        expect(await ask()).toMatchObject({ status: 200, typename: "conformance/answer", value: { from: sdk } });
        const key = { valueType: "conformance/command", idempotencyKey: `${sdk} call`, timeout: "60s" };
        const address = { type, id: newId() };
        const first = await stand.gateway.api.call(address, command, key);
        expect(await stand.gateway.api.call(address, command, key)).toEqual(first);
        expect((await notes(address.id, 1)).map(({ note }) => note)).toEqual(["answer"]);
      });

      test(statements.down, async () => {
        const id = newId();
        await tell(id, { op: "note", note: "before" });
        await notes(id, 1);
        await functions.kill();
        await tell(id, { op: "note", note: "while down" });
        await functions.start();
        expect((await notes(id, 2)).map(({ note }) => note)).toEqual(["before", "while down"]);
      });
    });
});
