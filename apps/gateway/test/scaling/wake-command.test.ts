/**
 * The command that wakes an endpoint ends with a reason, whatever it does, and delays nobody.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runWakeCommand } from "../../src/scaling/wake-command.ts";

const wanted = { endpoint: "shop/*", module: "shop" };
const script = (code: string) => [process.execPath, "-e", code];

function run(
  command: readonly string[],
  { limitMs, signal }: { limitMs?: number; signal?: AbortSignal } = {},
): Promise<string | undefined> {
  const options = { gatewayEnv: { PATH: "/usr/bin:/bin" }, signal: signal ?? new AbortController().signal };
  return runWakeCommand(wanted, command, limitMs === undefined ? options : { ...options, limitMs });
}

test("a command that ends well has taken the wake; it learns which endpoint is wanted and sees nothing else of the gateway", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-wake-"));
  const file = join(folder, "seen");
  expect(await run(script(`require("node:fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env))`))).toBe(undefined);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    PATH: "/usr/bin:/bin",
    SIGNALBOX_WAKE_ENDPOINT: "shop/*",
    SIGNALBOX_WAKE_MODULE: "shop",
  });
  rmSync(folder, { recursive: true });
});

test("an absent command is named", async () => {
  expect(await run(["/no/such/program", "x"])).toBe("spawn /no/such/program ENOENT");
  expect(await run([""])).toMatch(/ERR_INVALID_ARG_VALUE|cannot be empty/);
});

test("a failing command gives its code and the end of its output", async () => {
  expect(await run(script("console.log('one'); console.error('no such image'); process.exitCode = 3"))).toMatch(
    /^it ended with code 3; it said: [^]*no such image$/,
  );
});

test("an endless command is stopped, with its children", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-wake-"));
  const file = join(folder, "child");
  const child = `require("node:fs").writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => 0, 1000)`;
  const parent = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], { stdio: "ignore" })`;
  expect(await run(script(parent), { limitMs: 5_000 })).toBe("it had not ended after 5 s, and was ended");
  const pid = Number(readFileSync(file, "utf8"));
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false);
  rmSync(folder, { recursive: true });
});

/** Whether the process exists. A process that has ended and was not waited for yet counts as gone. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

test("the end of megabytes of output is kept", async () => {
  const reason = await run(
    script("for (let i = 0; i < 400; i++) console.log('x'.repeat(50_000)); console.log('the end'); process.exitCode = 1"),
  );
  expect(reason).toMatch(/^it ended with code 1; it said: x+\nthe end$/);
  expect((reason ?? "").length).toBeLessThan(2_100);
});

test("a child that it leaves in the background does not delay it and lives on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-wake-"));
  const file = join(folder, "alive");
  const code = `setTimeout(() => require("node:fs").writeFileSync(${JSON.stringify(file)}, ""), 500)`;
  const started = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(code)}], { stdio: ["ignore", "inherit", "inherit"] }).unref()`;
  expect(await run(script(started))).toBe(undefined);
  await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
  rmSync(folder, { recursive: true });
});

test("a gateway that closes stops it", async () => {
  const closing = new AbortController();
  const running = run(script("setInterval(() => 0, 1000)"), { signal: closing.signal });
  closing.abort();
  expect(await running).toBe("the gateway is closing");
  expect(await run(script("0"), { signal: closing.signal })).toBe("the gateway is closing");
});
