/**
 * Endpoints that may have nothing running: messages wait with that reason, who starts the functions is asked once, and everything is
 * counted once; and functions that are replaced under load fail nobody who sends.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePorts } from "../stack/child.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { repositoryRoot } from "../../tools/stale-step.ts";

const command = { valueType: "test/command" };
const count = (id: string) => ({ type: "local/counter", id });
const script = join(repositoryRoot, "e2e/functions/instance-counter.ts");
const timeoutMs = 60_000;

interface Row {
  readonly sleep: {
    readonly state: string;
    readonly wakes: number;
    readonly problem: { readonly code: string; readonly message: string } | null;
  } | null;
}

async function sleepOf(gateway: Gateway): Promise<Row["sleep"]> {
  const { endpoints } = await gateway.api.request<{ endpoints: Row[] }>("GET", "/v1/endpoints");
  return endpoints[0]?.sleep ?? null;
}

async function processes(gateway: Gateway): Promise<number> {
  const { processes: found } = await gateway.api.request<{ processes: { instances: unknown[] }[] }>("GET", "/v1/processes");
  return found.reduce((sum, { instances }) => sum + instances.length, 0);
}

/** The process may have ended already. */
function end(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // It has ended.
  }
}

/** A server that counts how often it is asked, and does what it is told. */
async function waker(act: (times: number) => number | Promise<number>) {
  let times = 0;
  const server = createServer((request, response) => {
    request.resume();
    void Promise.resolve(act(++times)).then((status) => response.writeHead(status).end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/wake`,
    get times() {
      return times;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

describe("scale to zero", () => {
  test("a co-located endpoint starts with its first message, ends when it is idle, and starts again", async () => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule(
      "local",
      `kind: io.signalbox.endpoints.v1/process
spec:
  functions: local/*
  command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(script)}]
  scaleToZero: { idleAfter: 1s }
`,
    );
    expect(await processes(gateway)).toBe(0);
    expect((await sleepOf(gateway))?.state).toBe("asleep");
    for (const expected of [1, 2]) {
      await gateway.api.send(count("ada"), { kind: "count" }, command);
      await until(async () => (await gateway.api.state(count("ada"), "count")) === expected, { what: `count ${expected}`, timeoutMs });
      await until(async () => (await sleepOf(gateway))?.state === "asleep" && (await processes(gateway)) === 0, {
        what: "nothing to run any more",
        timeoutMs,
      });
    }
  });

  test("messages for functions elsewhere wait with that reason, and their wake is sent once until they answer", async () => {
    const [port = 0] = await freePorts(1);
    let started: Functions | undefined;
    const reason = Promise.withResolvers<void>();
    await using wake = await waker(async () => {
      await reason.promise;
      started ??= await Functions.start("e2e/functions/instance-counter.ts", { port });
      return 202;
    });
    await using gateway = await Gateway.start();
    await gateway.api.applyModule(
      "remote",
      `kind: io.statefun.endpoints.v2/http
spec:
  functions: local/*
  urlPathTemplate: http://127.0.0.1:${port}/statefun
  scaleToZero: { wake: "${wake.url}", idleAfter: 1s }
`,
    );
    await until(async () => (await sleepOf(gateway))?.state === "asleep", { what: "it to fall asleep", timeoutMs });
    for (let sent = 0; sent < 10; sent++) await gateway.api.send(count("ada"), { kind: "count" }, command);
    await until(
      async () => {
        const { waitReason } = await gateway.api.request<{ waitReason: { failure?: { code: string } } | null }>(
          "GET",
          "/v1/entities/local/counter/ada",
        );
        return waitReason?.failure?.code === "ENDPOINT_ASLEEP" && (await sleepOf(gateway))?.state === "waking";
      },
      { what: "the reason why its messages wait", timeoutMs },
    );
    reason.resolve();
    await until(async () => (await gateway.api.state(count("ada"), "count")) === 10, { what: "count 10", timeoutMs });
    expect(wake.times).toBeLessThanOrEqual(2);
    expect(wake.times).toBeGreaterThan(0);
    await started?.[Symbol.asyncDispose]();
  });

  test("a command that starts the functions is run once when their messages wait; the process that it leaves running answers", async () => {
    const [port = 0] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), "signalbox-wake-"));
    const [runs, pids] = [join(folder, "runs"), join(folder, "pids")];
    // A command such as a person would write: it notes that it ran, and starts the functions in the background.
    const starts = `echo "$SIGNALBOX_WAKE_MODULE $SIGNALBOX_WAKE_ENDPOINT" >> ${runs}; PORT=${port} ${process.execPath} ${script} >/dev/null 2>&1 & echo $! >> ${pids}`;
    await using gateway = await Gateway.start();
    await gateway.api.applyModule(
      "remote",
      `kind: io.statefun.endpoints.v2/http
spec:
  functions: local/*
  urlPathTemplate: http://127.0.0.1:${port}/statefun
  scaleToZero: { wakeCommand: [/bin/sh, -c, ${JSON.stringify(starts)}], idleAfter: 1s }
`,
    );
    try {
      await until(async () => (await sleepOf(gateway))?.state === "asleep", { what: "it to fall asleep", timeoutMs });
      for (let sent = 0; sent < 10; sent++) await gateway.api.send(count("ada"), { kind: "count" }, command);
      await until(async () => (await gateway.api.state(count("ada"), "count")) === 10, { what: "count 10", timeoutMs });
      expect(new Set(readFileSync(runs, "utf8").trim().split("\n"))).toEqual(new Set(["remote local/*"]));
    } finally {
      for (const pid of readFileSync(pids, "utf8").trim().split("\n")) end(Number(pid));
      rmSync(folder, { recursive: true });
    }
  });

  test("a failing command is shown with the end of its output where a URL's failure is, and run again; nothing else stops", async () => {
    const [port = 0] = await freePorts(1);
    await using gateway = await Gateway.start();
    const yaml = (scaleToZero: string) => `kind: io.statefun.endpoints.v2/http
spec:
  functions: local/*
  urlPathTemplate: http://127.0.0.1:${port}/statefun
  scaleToZero: ${scaleToZero}
`;
    await gateway.api.applyModule("remote", yaml('{ wakeCommand: [/bin/sh, -c, "echo no such image >&2; exit 3"], idleAfter: 1s }'));
    await gateway.api.send(count("ada"), { kind: "count" }, command);
    await until(async () => (await sleepOf(gateway))?.problem?.code === "WAKE_FAILED", { what: "the wake's problem", timeoutMs });
    expect((await sleepOf(gateway))?.problem?.message).toMatch(/did not wake it: it ended with code 3; it said: no such image$/);
    await until(async () => ((await sleepOf(gateway))?.wakes ?? 0) >= 2, { what: "a second wake", timeoutMs });
    expect((await gateway.api.entity(count("ada"))).status).not.toBe("parked");
    await expect(gateway.api.applyModule("remote", yaml("{ idleAfter: 1s }"))).rejects.toThrow(/Nobody would wake it/);
    await expect(gateway.api.applyModule("remote", yaml('{ wake: "http://127.0.0.1:1/", wakeCommand: [sh] }'))).rejects.toThrow(
      /two ways to wake it/,
    );
  });

  test("a gateway that runs no commands of modules refuses one", async () => {
    await using gateway = await Gateway.start({ SIGNALBOX_PROCESSES: "off" });
    const yaml = `kind: io.statefun.endpoints.v2/http
spec:
  functions: local/*
  urlPathTemplate: http://127.0.0.1:1/statefun
  scaleToZero: { wakeCommand: [start-it] }
`;
    await expect(gateway.api.applyModule("remote", yaml)).rejects.toThrow(/runs no wakeCommand for local\/\*: SIGNALBOX_PROCESSES is off/);
  });

  test("a wake that no server takes is shown with its cure, and sent again; nothing else stops", async () => {
    const [port = 0] = await freePorts(1);
    await using wake = await waker(() => 500);
    await using gateway = await Gateway.start();
    await gateway.api.applyModule(
      "remote",
      `kind: io.statefun.endpoints.v2/http
spec:
  functions: local/*
  urlPathTemplate: http://127.0.0.1:${port}/statefun
  scaleToZero: { wake: "${wake.url}", idleAfter: 1s }
`,
    );
    await gateway.api.send(count("ada"), { kind: "count" }, command);
    await until(async () => (await sleepOf(gateway))?.problem?.code === "WAKE_FAILED", { what: "the wake's problem", timeoutMs });
    await until(() => wake.times >= 2, { what: "a second wake", timeoutMs });
    const entity = await gateway.api.entity(count("ada"));
    expect(entity.status).not.toBe("parked");
    await using functions = await Functions.start("e2e/functions/instance-counter.ts", { port });
    expect(functions.port).toBe(port);
    await until(async () => (await gateway.api.state(count("ada"), "count")) === 1, { what: "count 1", timeoutMs });
    await until(async () => (await sleepOf(gateway))?.problem === null, { what: "the problem to be over", timeoutMs });
  });
});

describe("a rolling upgrade", () => {
  const versions = ["1", "2", "3", "4"];
  const yaml = {
    "co-located": (version: string) => `kind: io.signalbox.endpoints.v1/process
spec:
  functions: local/*
  command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(script)}]
  env:
    - VERSION: "${version}"
  instances: 2
`,
    embedded: (version: string, isolation = "thread") => `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: local/*
  isolation: ${isolation}
  source:
    type: code
    code: |
      // version ${version}
      import { entity, json, types } from "@signalbox/functions";
      import { z } from "zod";
      export const counter = entity("local/counter", {
        state: { count: types.int },
        messages: { "test/command": z.object({ kind: z.string() }) },
        on: { "test/command": (ctx) => ctx.state.count.set((ctx.state.count.get() ?? 0) + 1) },
      });
`,
  };

  test.each([
    ["co-located", yaml["co-located"]],
    ["embedded", (version: string) => yaml.embedded(version)],
    ["isolated", (version: string) => yaml.embedded(version, "isolated")],
  ])("of %s functions under load fails no sender, and counts each message once", async (_placement, written) => {
    await using gateway = await Gateway.start({ SIGNALBOX_ATTEMPTS_MAX: "3" });
    await gateway.api.applyModule("local", written("0"));
    const ids = ["ada", "ben", "cyd"];
    let going = true;
    let sent = 0;
    const load = (async () => {
      while (going) {
        await Promise.all(ids.map((id) => gateway.api.send(count(id), { kind: "count" }, command)));
        sent++;
      }
    })();
    for (const version of versions) {
      const from = sent;
      await gateway.api.applyModule("local", written(version));
      await until(() => sent > from + 5, { what: "load under the new version", timeoutMs });
    }
    going = false;
    await load;
    for (const id of ids)
      await until(async () => (await gateway.api.state(count(id), "count")) === sent, { what: `${id} to count ${sent}`, timeoutMs });
    const failures = await gateway.api.request<{ parkedTotal?: number }>("GET", "/v1/summary");
    expect(JSON.stringify(failures)).not.toContain('"parked":1');
  });
});
