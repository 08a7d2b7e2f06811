/**
 * Functions that are not trusted, under a real gateway: each way to do harm is tried, ends in a coded failure of that entity alone, and
 * what else there is goes on; calls go again after their process is killed; a revision takes over without losing one.
 */
import { describe, expect, test } from "vitest";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

function yaml({ step = 1, more = "", functions = "wild/*" } = {}): string {
  return `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: ${functions}
  isolation: isolated
  limits: { callTimeout: 500ms, memoryMiB: 32 }
  source:
    type: code
    code: |
      import { entity, types } from "@signalbox/functions";
      ${more}
      export const counter = entity("wild/counter", {
        state: { count: types.int },
        messages: { text: types.string },
        on: {
          async text(ctx, what: string) {
            if (what === "loop") for (;;);
            if (what === "wait") await new Promise(() => undefined);
            if (what === "hoard") for (const all: number[][] = []; ; ) all.push(Array.from({ length: 100_000 }, () => Math.random()));
            if (what === "buffers") for (const all: Uint8Array[] = []; ; ) all.push(new Uint8Array(1e7).fill(1));
            if (what === "file") (globalThis as any).require("node:fs").readFileSync("/etc/passwd");
            if (what === "import") await import("node:fs" as string);
            if (what === "socket") await (globalThis as any).fetch("http://127.0.0.1:1/");
            if (what === "exit") (globalThis as any).process.exit(1);
            if (what === "undeclared") (ctx.state as any).other.set(1);
            if (what === "bridge") {
              Uint8Array.prototype.slice = () => ({ length: 1e9 }) as any;
              Array.prototype[Symbol.iterator] = undefined as any;
            }
            if (what === "then") Object.prototype.then = ((give: (value: unknown) => void) => give(["reply", "no bytes"])) as never;
            ctx.state.count.set((ctx.state.count.get() ?? 0) + ${step});
          },
        },
      });
      declare global { interface Object { then: never } }
`;
}

const counter = (id: string) => ({ type: "wild/counter", id });
const settings = { SIGNALBOX_ATTEMPTS_MAX: "2", SIGNALBOX_PROCESSES: "isolated" };

interface Processes {
  readonly processes: readonly {
    readonly transport: string;
    readonly instances: readonly { readonly state: string; readonly pid: number | null; readonly serves: boolean }[];
  }[];
}

describe("isolated functions", () => {
  // Nine of them loop, wait or fill memory until their time is over, which takes long on a busy machine.
  test("that try to do harm fail for their entity, with code and cure, and the others go on", { timeout: 180_000 }, async () => {
    await using gateway = await Gateway.start(settings);
    await gateway.api.applyModule("wild", yaml());
    const harm = {
      // Code that fills memory beside the isolate ends the process that it shares with the others.
      loop: /CALL_TIMEOUT|ENDPOINT_ERROR/,
      wait: /CALL_TIMEOUT|ENDPOINT_ERROR/,
      /* A slow machine reaches the time limit before the memory limit. */ hoard: /CALL_OUT_OF_MEMORY|CALL_TIMEOUT/,
      undeclared: /ENDPOINT_ERROR/,
    };
    const noWay = ["buffers"];
    const notThere = ["file", "import", "socket"];
    for (const what of [...Object.keys(harm), ...noWay, ...notThere, "exit"]) await gateway.api.send(counter(what), what);
    for (let sent = 0; sent < 40; sent++) await gateway.api.send(counter(`good${sent % 4}`), "count");
    for (let index = 0; index < 4; index++)
      await until(async () => (await gateway.api.state(counter(`good${index}`), "count")) === 10, {
        what: `good${index} to count 10`,
        timeoutMs: 60_000,
      });
    for (const [what, code] of [
      ...Object.entries(harm),
      ...[...noWay, "exit"].map((what) => [what, /ENDPOINT_ERROR/] as const),
      ...notThere.map((what) => [what, /NOT_IN_ISOLATION/] as const),
    ]) {
      const parked = await until(
        async () => {
          const entity = await gateway.api.entity(counter(what));
          return entity.status === "parked" && entity;
        },
        { what: `the entity that does "${what}" to be parked`, timeoutMs: 60_000 },
      );
      expect(parked.failure?.code, what).toMatch(code);
      expect(parked.failure?.message, what).not.toContain(".sock");
    }
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  test("that turn their own prototypes into something else harm nobody but their isolate", async () => {
    await using gateway = await Gateway.start(settings);
    await gateway.api.applyModule("wild", yaml());
    // This is an entity of another endpoint, with a process of its own.
    await gateway.api.applyModule("tame", yaml({ functions: "tame/*" }).replace('entity("wild/', 'entity("tame/'));
    for (const what of ["bridge", "then"]) await gateway.api.send(counter(what), what);
    const tame = { type: "tame/counter", id: "a" };
    for (let sent = 0; sent < 5; sent++) await gateway.api.send(tame, "count");
    await until(async () => (await gateway.api.state(tame, "count")) === 5, { what: "the tame one to count 5", timeoutMs: 60_000 });
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  });

  test("count exactly, though their process is killed under them again and again", async () => {
    await using gateway = await Gateway.start({ ...settings, SIGNALBOX_ATTEMPTS_MAX: "50" });
    await gateway.api.applyModule("wild", yaml());
    const pid = async (): Promise<number | undefined> => {
      const { processes } = await gateway.api.request<Processes>("GET", "/v1/processes");
      expect(processes[0]?.transport).toBe("isolated");
      return processes[0]?.instances.find(({ state }) => state === "running")?.pid ?? undefined;
    };
    let killed: number | undefined;
    for (let round = 0; round < 3; round++) {
      // On a busy machine the gateway hears of a death later than the answers come, so a dead process may be listed as running.
      const running = await until(async () => pid().then((found) => (found === killed ? undefined : found)), {
        what: "a running process that was not killed yet",
        timeoutMs: 60_000,
      });
      const sends = Array.from({ length: 20 }, (_, sent) => gateway.api.send(counter(`c${sent % 4}`), "count"));
      process.kill(running, "SIGKILL");
      killed = running;
      await Promise.all(sends);
    }
    for (let index = 0; index < 4; index++)
      await until(async () => (await gateway.api.state(counter(`c${index}`), "count")) === 15, {
        what: `c${index} to count 15`,
        timeoutMs: 60_000,
      });
  });

  test("are replaced under load without losing a message, and rolled back", async () => {
    await using gateway = await Gateway.start(settings);
    await gateway.api.applyModule("wild", yaml());
    const send = async (times: number): Promise<void> => {
      for (let sent = 0; sent < times; sent++) await gateway.api.send(counter("ada"), "count");
    };
    const load = send(60);
    await gateway.api.applyModule("wild", yaml({ more: "// another wording, the same steps" }));
    await load;
    const counts = (expected: number) =>
      until(async () => (await gateway.api.state(counter("ada"), "count")) === expected, { what: `${expected} counts`, timeoutMs: 60_000 });
    await counts(60);
    const applied = await gateway.api.applyModule("wild", yaml({ step: 100 }));
    expect(JSON.stringify(applied)).toContain("source code");
    // The new process takes over once it listens.
    await until(
      async () => {
        const { processes } = await gateway.api.request<Processes>("GET", "/v1/processes");
        return processes[0]?.instances.length === 1 && processes[0].instances[0]?.serves;
      },
      { what: "the new process to be alone", timeoutMs: 60_000 },
    );
    await send(1);
    await counts(160);
  });

  test("are taken where SIGNALBOX_PROCESSES is isolated, and threads are not", async () => {
    await using gateway = await Gateway.start(settings);
    const thread = yaml().replace("isolation: isolated", "isolation: thread");
    const refused = await gateway.api.applyModule("wild", thread).catch((error: unknown) => String(error));
    expect(refused).toMatch(/outside of isolation; write `isolation: isolated`/);
    await gateway.api.applyModule("wild", yaml());
    expect(await gateway.api.applyModule("wild", yaml({ more: "const x: = 1;" })).catch((error: unknown) => String(error))).toMatch(
      /EMBEDDED_NOT_COMPILED.*line 10/s,
    );
  });
});
