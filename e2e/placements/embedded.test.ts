/** Embedded functions under a real gateway: applied, replaced under load, rolled back, refused with their place, and harmless when they are bad. */
import { describe, expect, test } from "vitest";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

function counterYaml({ step = 1, more = "", callTimeout = "500ms" } = {}): string {
  return `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: inside/*
  limits: { callTimeout: ${callTimeout}, memoryMiB: 64 }
  source:
    type: code
    code: |
      import { entity, Reject, types } from "@signalbox/functions";
      import { parentPort } from "node:worker_threads";
      export const counter = entity("inside/counter", {
        state: { count: types.int },
        messages: { text: types.string },
        on: {
          text(ctx, what: string) {
            if (what === "loop") for (;;);
            if (what === "stuck") Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1);
            if (what === "forge") parentPort.postMessage({ kind: "answers", answers: null });
            if (what === "no text") throw Object.assign(new Reject("x"), { message: { an: "object" } });
            ctx.state.count.set((ctx.state.count.get() ?? 0) + ${step});
          },
        },
      });
      ${more}
`;
}

const counter = (id: string) => ({ type: "inside/counter", id });

interface Threads {
  readonly processes: readonly {
    readonly transport: string;
    readonly instances: readonly { readonly state: string; readonly restarts: number }[];
  }[];
}

describe("embedded functions", () => {
  test("have their threads and their output beside their endpoint", async () => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("inside", counterYaml({ more: 'console.log("loaded");' }));
    await gateway.api.send(counter("a"), "count");
    const threads = (): Promise<Threads> => gateway.api.request<Threads>("GET", "/v1/processes");
    await until(async () => (await threads()).processes[0]?.instances[0]?.state === "running", {
      what: "a thread that runs",
      timeoutMs: 60_000,
    });
    const lines = async (): Promise<string[]> => {
      const output = await gateway.api.request<{ lines: { text: string }[] }>("GET", "/v1/processes/output?endpoint=inside%2F*");
      return output.lines.map(({ text }) => text);
    };
    await until(async () => (await lines()).includes("loaded"), { what: "the line that the source prints", timeoutMs: 60_000 });
    await gateway.api.send(counter("bad"), "loop");
    await until(async () => ((await threads()).processes[0]?.instances[0]?.restarts ?? 0) > 0, {
      what: "the stuck thread to be replaced",
      timeoutMs: 60_000,
    });
    expect((await lines()).some((line) => line.startsWith("CALL_TIMEOUT"))).toBe(true);
  });

  for (const partitions of ["1", "2"])
    test(`count exactly, also when their thread is stuck meanwhile, in ${partitions} partitions`, async () => {
      await using gateway = await Gateway.start({
        SIGNALBOX_PARTITIONS: partitions,
        SIGNALBOX_ATTEMPTS_MAX: "2",
        SIGNALBOX_BREAKER_ENTITIES_MIN: "50",
      });
      await gateway.api.applyModule("inside", counterYaml());
      await gateway.api.send(counter("bad"), "loop");
      for (let sent = 0; sent < 40; sent++) await gateway.api.send(counter(`c${sent % 4}`), "count");
      for (let index = 0; index < 4; index++)
        await until(async () => (await gateway.api.state(counter(`c${index}`), "count")) === 10, {
          what: `c${index} to count 10`,
          timeoutMs: 60_000,
        });
      const bad = await until(
        async () => {
          const entity = await gateway.api.entity(counter("bad"));
          return entity.status === "parked" && entity;
        },
        { what: "the looping entity to be parked", timeoutMs: 60_000 },
      );
      expect(bad.failure?.code).toBe("CALL_TIMEOUT");
      expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    });

  for (const partitions of ["1", "2"])
    test(`that forge answers, throw non-texts or cannot be ended harm their own entities, and not the gateway's end, in ${partitions} partitions`, async () => {
      await using gateway = await Gateway.start({
        SIGNALBOX_PARTITIONS: partitions,
        SIGNALBOX_ATTEMPTS_MAX: "3",
        SIGNALBOX_BREAKER_ENTITIES_MIN: "50",
      });
      await gateway.api.applyModule("inside", counterYaml({ callTimeout: "3s" }));
      for (const what of ["forge", "no text", "stuck"]) {
        await gateway.api.send(counter(what), what);
        // They are sent one by one, so that a thread that ends has only one to blame.
        await until(async () => (await gateway.api.entity(counter(what))).status === "parked", {
          what: `${what} to be parked`,
          timeoutMs: 60_000,
        });
        for (let sent = 0; sent < 4; sent++) await gateway.api.send(counter(`c${sent}`), "count");
      }
      for (let index = 0; index < 4; index++)
        await until(async () => (await gateway.api.state(counter(`c${index}`), "count")) === 3, {
          what: `c${index} to count 3`,
          timeoutMs: 60_000,
        });
      await gateway.stop();
      expect(gateway.running).toBe(false);
    }, 120_000);

  test("whose source cannot be ended while it is checked are refused, and do not keep the gateway from ending", async () => {
    await using gateway = await Gateway.start();
    const stuck = counterYaml({ more: "Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1);" });
    await expect(gateway.api.applyModule("inside", stuck)).rejects.toThrow("EMBEDDED_LOAD_TIMEOUT");
    await gateway.stop();
    expect(gateway.running).toBe(false);
  }, 120_000);

  test("a revision replaces the code under load without losing a message, and rolling back brings the earlier one", async () => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("inside", counterYaml());
    const send = async (times: number): Promise<void> => {
      for (let sent = 0; sent < times; sent++) await gateway.api.send(counter("ada"), "count");
    };
    const load = send(60);
    await gateway.api.applyModule("inside", counterYaml({ more: "// another wording, the same steps" }));
    await load;
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 60, { what: "60 counts" });
    await gateway.api.applyModule("inside", counterYaml({ step: 100 }));
    await send(1);
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 160, { what: "a step of 100" });
    await gateway.api.request("POST", "/trpc/modules.rollback", {
      body: JSON.stringify({ name: "inside", revision: 1 }),
      headers: { "content-type": "application/json" },
    });
    await send(1);
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 161, { what: "a step of 1 again" });
  });

  test.each([
    { what: "types that are none", yaml: counterYaml({ more: "const x: = 1;" }), says: /EMBEDDED_NOT_COMPILED.*line 23/s },
    {
      what: "an error while it loads",
      yaml: counterYaml({ more: 'throw new Error("no luck");' }),
      says: /EMBEDDED_NOT_LOADED: no luck.*line 23/s,
    },
    { what: "no exports", yaml: counterYaml().replace("export const", "const"), says: /EMBEDDED_NO_FUNCTIONS.*exports nothing/s },
    {
      what: "functions of another name",
      yaml: counterYaml().replace("inside/*", "other/*"),
      says: /EMBEDDED_NO_FUNCTIONS.*inside\/counter.*other\/\*/s,
    },
    {
      what: "a file that is not there",
      yaml: counterYaml().replace(/source:[^]*/, "source: { type: file, file: no/such.ts }\n"),
      says: /no\/such\.ts is no file/,
    },
    {
      what: "a file outside",
      yaml: counterYaml().replace(/source:[^]*/, "source: { type: file, file: /etc/hostname }\n"),
      says: /does not lie below/,
    },
  ])("$what is refused with its place, and the code in force stays", async ({ yaml, says }) => {
    await using gateway = await Gateway.start();
    await gateway.api.applyModule("inside", counterYaml());
    expect(await gateway.api.applyModule("inside", yaml).catch((error: unknown) => String(error))).toMatch(says);
    await gateway.api.send(counter("ada"), "count");
    await until(async () => (await gateway.api.state(counter("ada"), "count")) === 1, { what: "the first count" });
  });
});
