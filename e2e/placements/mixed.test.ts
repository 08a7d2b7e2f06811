/** The mixed module counts each message once under kill -9 (mixed-run.ts). SIGNALBOX_TEST_KILLS says how many kills (8 unless set). */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { python, runMixed } from "./mixed-run.ts";

const kills = Number(process.env["SIGNALBOX_TEST_KILLS"] ?? 8);
const timeoutMs = 60_000 + kills * 10_000;

test("functions in every placement count each message once, under kill -9 of gateway, co-located and remote processes", {
  timeout: timeoutMs,
}, async () => {
  const { wanted, found } = await runMixed({ kills, withPython: false });
  expect(found).toEqual(wanted);
});

test.skipIf(!existsSync(python))(
  `the same with Python on the official SDK among them (skipped where ${python} is absent: .ci/run installs it)`,
  { timeout: timeoutMs },
  async () => {
    const { wanted, found } = await runMixed({ kills, withPython: true });
    expect(found).toEqual(wanted);
  },
);
