/**
 * The ride sharing example as the console's demo starts it: one module over HTTP and gRPC, in a process and embedded. Rides are paid, with
 * the drivers in Python where the official SDK is installed and in TypeScript otherwise; both write the same states.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child } from "../stack/child.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");

interface Demos {
  readonly result: {
    readonly data: { readonly demos: readonly { readonly name: string; readonly running: boolean; readonly note?: string }[] };
  };
}

interface Receipt {
  readonly passenger: string;
  readonly ride: string;
  readonly driver: string;
  readonly cents: number;
}

async function call(gateway: Gateway, operation: string, input: unknown): Promise<void> {
  await gateway.api.request("POST", `/trpc/demo.${operation}`, {
    body: JSON.stringify(input),
    headers: { "content-type": "application/json" },
  });
}

async function noteOf(gateway: Gateway): Promise<string | undefined> {
  const { result } = await gateway.api.request<Demos>("GET", "/trpc/demo.status");
  return result.data.demos.find((demo) => demo.name === "ride-sharing" && demo.running)?.note;
}

async function receipts(gateway: Gateway, count: number): Promise<readonly Receipt[]> {
  const records = await until(
    async () => {
      const found = await gateway.api.egressRecords("taxi/receipts");
      return found.length >= count && found;
    },
    { what: `${count} receipts`, timeoutMs: 60_000 },
  );
  return records.map((record) => record.value as Receipt);
}

/** Checks the rides together with what the drivers keep, whatever language wrote it. */
async function expectRidesToBePaid(gateway: Gateway): Promise<void> {
  const [first] = await receipts(gateway, 3);
  if (first === undefined) throw new Error("no receipt");
  expect(first.cents).toBeGreaterThanOrEqual(390);
  expect(await gateway.api.state({ type: "taxi/driver", id: first.driver }, "rides")).toBeGreaterThanOrEqual(1);
  expect(await gateway.api.state({ type: "taxi/ride", id: first.ride }, "trip")).toMatchObject({ status: "arrived", driver: first.driver });
  expect(await gateway.api.state({ type: "taxi/passenger", id: first.passenger }, "spentCents")).toBeGreaterThanOrEqual(first.cents);
}

describe("ride sharing", () => {
  test("its module has four placements; without Python the drivers run in TypeScript, and the demo says so", async () => {
    await using gateway = await Gateway.start({ RIDES_PYTHON: "/no/such/python" });
    await call(gateway, "start", { name: "ride-sharing" });
    expect(await noteOf(gateway)).toContain("The drivers run in TypeScript");
    await expectRidesToBePaid(gateway);
    const { endpoints } = await gateway.api.request<{ endpoints: { functions: string; urlTemplate: string }[] }>("GET", "/v1/endpoints");
    const schemes = Object.fromEntries(endpoints.map(({ functions, urlTemplate }) => [functions, urlTemplate.replace(/:.*/, "")]));
    expect(schemes).toEqual({ "taxi/passenger": "http", "taxi/ride": "grpc", "taxi/driver": "process", "taxi/cell": "embedded" });
  });

  test("a gateway that is killed goes on with it: the demo runs again, and rides are paid on", async () => {
    await using gateway = await Gateway.start({ RIDES_PYTHON: "/no/such/python" });
    await call(gateway, "start", { name: "ride-sharing" });
    const before = (await receipts(gateway, 3)).length;
    await gateway.kill();
    await gateway.start();
    await receipts(gateway, before + 5);
    await call(gateway, "stop", {});
    const { modules } = await gateway.api.request<{ modules: unknown[] }>("GET", "/v1/modules");
    expect(modules).toEqual([]);
  });

  test("one command does the same for a running gateway", async () => {
    await using gateway = await Gateway.start();
    const start = new Child("ride sharing", [process.execPath, "examples/ride-sharing/start.ts"], {
      cwd: repositoryRoot,
      env: { ...process.env, SIGNALBOX_URL: gateway.url, RIDES_PYTHON: "/no/such/python" },
    });
    try {
      await until(() => start.output.includes("They drive."), { what: "the example to drive", timeoutMs: 30_000 });
      expect(start.output).toContain("The drivers run in TypeScript");
      await expectRidesToBePaid(gateway);
    } finally {
      await start.kill();
    }
  });

  test.skipIf(!existsSync(python))(
    `the drivers run in Python on the official SDK (skipped where ${python} is absent: .ci/run installs it)`,
    async () => {
      await using gateway = await Gateway.start({ RIDES_PYTHON: python });
      await call(gateway, "start", { name: "ride-sharing" });
      expect(await noteOf(gateway)).toBeUndefined();
      await expectRidesToBePaid(gateway);
      const output = await gateway.api.request<{ lines: { text: string }[] }>("GET", "/v1/processes/output?endpoint=taxi%2Fdriver");
      expect(JSON.stringify(output)).toContain("drivers in Python");
    },
  );
});
