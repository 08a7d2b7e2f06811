/** Co-located functions: real processes under a real gateway: started, replaced, killed, and never a message lost or counted twice. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");
const command = { valueType: "test/command" };

interface Instance {
  readonly state: string;
  readonly pid: number | null;
  readonly generation: number;
  readonly serves: boolean;
  readonly restarts: number;
  readonly problem: { readonly code: string; readonly where: string; readonly cure: string } | null;
}

async function instances(gateway: Gateway): Promise<readonly Instance[]> {
  const { processes } = await gateway.api.request<{ processes: { instances: Instance[] }[] }>("GET", "/v1/processes");
  return processes.flatMap((one) => one.instances);
}

async function output(gateway: Gateway, endpoint: string): Promise<string[]> {
  const path = `/v1/processes/output?endpoint=${encodeURIComponent(endpoint)}`;
  return (await gateway.api.request<{ lines: { text: string }[] }>("GET", path)).lines.map(({ text }) => text);
}

function counterYaml({ instances: count = 1, version = "1", more = "" } = {}): string {
  const script = join(repositoryRoot, "e2e/functions/instance-counter.ts");
  return `kind: io.signalbox.endpoints.v1/process
spec:
  functions: local/*
  command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(script)}]
  env:
    - VERSION: "${version}"
  instances: ${count}
${more}`;
}

function counter(id: string): { type: string; id: string } {
  return { type: "local/counter", id };
}

const allRun = (gateway: Gateway, count: number) =>
  until(
    async () => {
      const found = (await instances(gateway)).filter(({ state, serves }) => state === "running" && serves);
      return found.length === count && found;
    },
    { what: `${count} running instances`, timeoutMs: 60_000 },
  );

/** Whether the process is alive. A zombie, which has ended and has not been waited for, is not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** A function that serves and has started two processes that left its group for sessions of their own; one of them ignores SIGTERM. */
const parting = `
  const { spawn } = require("node:child_process");
  for (const script of ["sleep 3600", "trap '' TERM; while :; do sleep 1; done"])
    console.log("began " + spawn("/bin/sh", ["-c", script], { detached: true, stdio: "ignore" }).pid);
  process.on("SIGTERM", () => undefined);
  require("node:http").createServer().listen(process.env.SIGNALBOX_FUNCTION_SOCKET);
`;
const partingYaml = `kind: io.signalbox.endpoints.v1/process
spec:
  functions: local/*
  command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(parting)}]
  drain: 100ms
`;

/** Returns the process, and those that it started. */
async function parted(gateway: Gateway): Promise<number[]> {
  await gateway.api.applyModule("local", partingYaml);
  const [first] = await allRun(gateway, 1);
  const began = (await output(gateway, "local/*")).flatMap((line) => /^began (\d+)$/.exec(line)?.[1] ?? []);
  const pids = [first?.pid ?? 0, ...began.map(Number)];
  expect(pids.map((pid) => pid > 0 && isAlive(pid))).toEqual([true, true, true]);
  return pids;
}

const allEnd = (pids: readonly number[]) =>
  until(() => !pids.some(isAlive), { what: `${pids.join(", ")} to have ended`, timeoutMs: 60_000 });

describe.skipIf(process.platform !== "linux")("a process that a co-located one has started outside of its group", () => {
  test("ends with it", async () => {
    await using gateway = await Gateway.start();
    const pids = await parted(gateway);
    await gateway.api.request("DELETE", "/v1/modules/local");
    await allEnd(pids);
  });

  test("ends after a kill -9 of the gateway, by the guard", async () => {
    await using gateway = await Gateway.start();
    const pids = await parted(gateway);
    await gateway.kill();
    await allEnd(pids);
  });

  test("ends at the next start when the guard was killed with the gateway", async () => {
    await using gateway = await Gateway.start();
    const pids = await parted(gateway);
    const home = readFileSync(join(gateway.dataDir, "functions-home"), "utf8");
    const guard = readdirSync("/proc").find((pid) => /^\d+$/.test(pid) && commandOf(pid).endsWith(`sh\0${home}\0`));
    gateway.signal("SIGSTOP");
    process.kill(Number(guard), "SIGKILL");
    await gateway.kill();
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    await gateway.start();
    await allEnd(pids);
    expect(existsSync(home)).toBe(false);
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

describe("co-located functions", () => {
  test("several instances share the calls, find an environment of their own, and their output is kept", async () => {
    await using gateway = await Gateway.start({ SIGNALBOX_VAR_SECRET: "hush" });
    await gateway.api.applyModule("local", counterYaml({ instances: 2 }));
    const running = await allRun(gateway, 2);
    for (let index = 0; index < 20; index++) await gateway.api.send(counter(`c${index}`), { kind: "count" }, command);
    const seen = new Set<string>();
    for (let index = 0; index < 20; index++) {
      const id = counter(`c${index}`);
      await until(async () => (await gateway.api.state(id, "count")) === 1, { what: `${id.id} to count` });
      const { pids } = (await gateway.api.state(id, "seen")) as { pids: Record<string, number> };
      for (const pid of Object.keys(pids)) seen.add(pid);
    }
    expect([...seen].toSorted()).toEqual(running.map(({ pid }) => String(pid)).toSorted());
    const lines = await output(gateway, "local/*");
    expect(lines).toContain("instance 1 serves");
    expect(lines).toContain("instance 2 serves");
    const variables = lines.find((line) => line.includes("SIGNALBOX_FUNCTION_SOCKET"))?.split(" ") ?? [];
    expect(variables).toContain("VERSION");
    expect(variables.filter((name) => /^SIGNALBOX_(?!FUNCTION_)|DATABASE/.test(name))).toEqual([]);
  });

  test("kill -9 of a process, and one that kills itself in the middle of a call, lose and double nothing", async () => {
    await using gateway = await Gateway.start({ SIGNALBOX_ATTEMPTS_MAX: "3" });
    await gateway.api.applyModule("local", counterYaml());
    const [first] = await allRun(gateway, 1);
    await gateway.api.send(counter("ada"), { kind: "count" }, command);
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 1, { what: "the first count" });
    for (let sent = 0; sent < 30; sent++) {
      if (sent === 10 && first?.pid) process.kill(first.pid, "SIGKILL");
      await gateway.api.send(counter("ada"), { kind: "count" }, command);
    }
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 31, { what: "31 counts after the kill" });
    await gateway.api.send(counter("bad"), { kind: "die" }, command);
    const parked = await until(
      async () => {
        const entity = await gateway.api.entity(counter("bad"));
        return entity.status === "parked" && entity;
      },
      { what: "the killer to be parked", timeoutMs: 60_000 },
    );
    expect(parked.failure?.code).toBe("PROCESS_KILLER");
    await gateway.api.send(counter("ada"), { kind: "count" }, command);
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 32, { what: "the others to go on", timeoutMs: 60_000 });
    expect((await instances(gateway)).every(({ restarts }) => restarts >= 3)).toBe(true);
  });

  test("new instances take over before old ones end: no sender sees a failure meanwhile", async () => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("local", counterYaml({ instances: 2 }));
    const old = await allRun(gateway, 2);
    for (let index = 0; index < 4; index++) await gateway.api.send(counter(`s${index}`), { kind: "slow" }, command);
    await gateway.api.applyModule("local", counterYaml({ instances: 2, version: "2" }));
    let sent = 0;
    const replaced = async (): Promise<boolean> => {
      await gateway.api.send(counter(`c${sent++ % 8}`), { kind: "count" }, command);
      const found = await instances(gateway);
      return found.length === 2 && found.every(({ state, pid }) => state === "running" && !old.some((one) => one.pid === pid));
    };
    await until(replaced, { what: "the new instances alone", timeoutMs: 60_000 });
    const counted = async (): Promise<number> => {
      const counts = await Promise.all(Array.from({ length: 8 }, (_, index) => gateway.api.state(counter(`c${index}`), "count")));
      return counts.reduce((sum: number, count) => sum + Number(count ?? 0), 0);
    };
    await until(async () => (await counted()) === sent, { what: `${sent} counts` });
    for (let index = 0; index < 4; index++) expect(await gateway.api.state(counter(`s${index}`), "count")).toBe(1);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const failures = [...metrics.matchAll(/^signalbox_function_remote_invocation_failures_total\{[^}]*\} (\d+)/gm)].map(([, count]) =>
      Number(count),
    );
    expect(failures).toEqual([0]);
    await gateway.api.send(counter("c0"), { kind: "count" }, command);
    await until(async () => ((await gateway.api.state(counter("c0"), "seen")) as { version: string }).version === "2", {
      what: "version 2",
    });
    expect(old.every(({ pid }) => pid !== null && !isAlive(pid))).toBe(true);
  });

  test("instances that never come up leave the old ones in service", async () => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("local", counterYaml());
    await allRun(gateway, 1);
    await gateway.api.applyModule("local", counterYaml().replace("instance-counter.ts", "no-such-script.ts"));
    const failing = await until(async () => (await instances(gateway)).find(({ problem }) => problem?.code === "PROCESS_ENDED_EARLY"), {
      what: "the new instance's problem",
    });
    expect(failing).toMatchObject({ serves: false, problem: { where: "module local, endpoint local/*", cure: expect.any(String) } });
    await gateway.api.send(counter("ada"), { kind: "count" }, command);
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 1, { what: "the old instance to count" });
    expect((await output(gateway, "local/*")).some((line) => line.includes("no-such-script.ts"))).toBe(true);
  });

  test.each([
    { what: "a program that is not there", spec: "command: [/no/such/program]", code: "PROCESS_NO_PROGRAM" },
    { what: "a folder that is not there", spec: "command: [sleep, 60]\n  cwd: /no/such/folder", code: "PROCESS_NO_FOLDER" },
    { what: "one that ends at once", spec: 'command: [sh, -c, "echo no luck; exit 3"]', code: "PROCESS_ENDED_EARLY" },
    { what: "one that never listens", spec: "command: [sleep, 60]\n  startTimeout: 300ms", code: "PROCESS_NOT_LISTENING" },
  ])("$what is a state with a code, and other endpoints serve", async ({ spec, code }) => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("local", counterYaml());
    const broken = `kind: io.signalbox.endpoints.v1/process\nspec:\n  functions: broken/*\n  ${spec}\n`;
    await gateway.api.applyModule("broken", broken);
    await gateway.api.send(counter("ada"), { kind: "count" }, command);
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 1, { what: "the other endpoint to count" });
    await until(async () => (await instances(gateway)).some(({ problem }) => problem?.code === code), { what: code });
    const health = await gateway.api.request<{ processes: { running: number; notRunning: number } }>("GET", "/health");
    expect(health.processes).toEqual({ running: 1, notRunning: 1 });
  });

  test("a process that loops for ever is ended and started again: the one that loops is parked, all others in it are answered", async () => {
    await using gateway = await Gateway.start({ SIGNALBOX_ATTEMPTS_MAX: "1" });
    const looping = `
      import { entity, types } from "@signalbox/functions";
      import { serve } from "@signalbox/functions/node";
      const counter = entity("local/counter", {
        state: { n: types.int },
        messages: { go: types.string },
        on: { async go(ctx, what) { if (what === "wait") await new Promise(() => {}); if (what === "loop") for (;;); ctx.state.n.set(1); } },
      });
      await serve([counter], { socketPath: process.env.SIGNALBOX_FUNCTION_SOCKET });
    `;
    await gateway.api.applyModule(
      "local",
      `kind: io.signalbox.endpoints.v1/process
spec:
  functions: local/*
  command: [${JSON.stringify(process.execPath)}, --input-type=module, -e, ${JSON.stringify(looping)}]
  cwd: ${JSON.stringify(join(repositoryRoot, "packages/testing"))}
  call: 1s
`,
    );
    const [first] = await allRun(gateway, 1);
    const status = async (id: string) => (await gateway.api.entity(counter(id))).status;
    const parked = (id: string, timeoutMs = 60_000) =>
      until(async () => (await status(id)) === "parked", { what: `${id} to be parked`, timeoutMs });
    await gateway.api.send(counter("waits"), "wait");
    await parked("waits");
    // These are in the process when it stops answering, and are tried one by one with the one that loops.
    const good = ["ada", "bob", "cy", "dan"];
    await gateway.api.send(counter("loops"), "loop");
    for (const id of good) await gateway.api.send(counter(id), "go");
    await parked("loops", 180_000);
    expect((await gateway.api.entity(counter("loops"))).failure?.code).toBe("PROCESS_KILLER");
    const [second] = await until(
      async () => {
        const now = await instances(gateway);
        return now[0]?.state === "running" && now[0].restarts >= 4 && now;
      },
      { what: "another process", timeoutMs: 60_000 },
    );
    expect(second?.pid).not.toBe(first?.pid);
    expect((await output(gateway, "local/*")).filter((line) => line.startsWith("PROCESS_STUCK")).length).toBeGreaterThanOrEqual(4);
    for (const id of good) {
      await until(async () => (await gateway.api.state(counter(id), "n")) === 1, { what: `${id} to be answered`, timeoutMs: 60_000 });
      expect(await status(id)).toBe("idle");
    }
  }, 300_000);

  test("all processes end with the gateway: told to stop, and killed with -9", async () => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("local", counterYaml({ instances: 2 }));
    const first = await allRun(gateway, 2);
    expect(await gateway.stop()).toBe(0);
    expect(first.filter(({ pid }) => pid !== null && isAlive(pid))).toEqual([]);
    await gateway.start();
    const second = await allRun(gateway, 2);
    await gateway.kill();
    await until(() => second.every(({ pid }) => pid !== null && !isAlive(pid)), { what: "the processes of a killed gateway to end" });
  });

  test("is off unless the gateway is told so where others can reach it", async () => {
    await using gateway = await Gateway.start({ SIGNALBOX_PROCESSES: "off" });
    const refused = await gateway.api.applyModule("local", counterYaml()).catch((error: unknown) => String(error));
    expect(refused).toMatch(/400 .*SIGNALBOX_PROCESSES=on.*line 3/s);
    expect(await instances(gateway)).toEqual([]);
  });
});

const examples = [
  { language: "TypeScript", folder: "examples/greeter-typescript", program: process.execPath, script: "functions.ts", listen: "socket" },
  { language: "JavaScript", folder: "examples/greeter-javascript", program: process.execPath, script: "functions.js", listen: "port" },
  { language: "Python", folder: "examples/greeter-python", program: python, script: "functions.py", listen: "port" },
];

for (const { language, folder, program, script, listen } of examples) {
  describe.skipIf(!existsSync(program))(`the greeter in ${language}, started by the gateway`, () => {
    test("counts visits and greets through the egress", async () => {
      await using gateway = await Gateway.start();
      const [, egress = ""] = readFileSync(join(repositoryRoot, folder, "module.yaml"), "utf8").split("---\n");
      const endpoint = `kind: io.signalbox.endpoints.v1/process
spec:
  functions: example/*
  command: [${JSON.stringify(program)}, ${script}]
  cwd: ${JSON.stringify(join(repositoryRoot, folder))}
  env:
    - PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: python
  listen: ${listen}
---
`;
      await gateway.api.applyModule("greeter", endpoint + egress);
      const ada = { type: "example/person", id: "ada" };
      for (let visit = 1; visit <= 2; visit++) {
        await gateway.api.send(ada, "hello");
        await until(async () => (await gateway.api.state(ada, "visits")) === visit, { what: `visit ${visit}`, timeoutMs: 60_000 });
      }
      await until(async () => (await gateway.api.egressRecords("example/greetings")).length === 2, { what: "two greetings" });
    });
  });
}
