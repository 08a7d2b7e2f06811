/** What the doctor says of a gateway: its disk, store, connectors, endpoints, pauses and catalog, each with place and cure. */
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

interface Said {
  readonly health: object;
  readonly status?: number;
  readonly pauses?: readonly object[];
  readonly endpoints?: readonly object[];
}

/** Makes a gateway that reports this of itself. */
function saying({ health, status = 200, pauses = [], endpoints = [] }: Said): typeof fetch {
  return async (url) =>
    url instanceof URL && url.pathname === "/health"
      ? Response.json({ status: "running", ...health }, { status })
      : Response.json({ limits: [], pauses, endpoints });
}

test("of an unwell gateway the doctor repeats its own words: place, cure and its disk", async () => {
  const health = { kind: "store-failed", code: "DISK_FULL", message: "no space", cure: "Free space." };
  const disk = { place: "/data", freeBytes: 1024, totalBytes: 2048 };
  const fetch = saying({ health: { status: "store-failed", health, disk }, status: 503 });
  const { code, out } = await runCli(["doctor"], { fetch });
  expect(code).toBe(1);
  expect(out).toMatch(/^ILL {2}gateway .*, store-failed$/m);
  expect(out).toMatch(/^ILL {2}disk +0\.0 GiB free at \/data\n +Make room/m);
  expect(out).toMatch(/^ILL {2}store +store-failed DISK_FULL no space\n +Free space\.$/m);
  expect(out.match(/^.{5}disk /gm)).toHaveLength(1);
});

test("of an endpoint that is down the doctor says why, and of one whose wake fails it says that first", async () => {
  const failure = { message: "nothing accepts connections", cure: "Start the function service." };
  const problem = { message: "/bin/false did not wake it", cure: "Mend what it runs." };
  const rows = [
    { id: "a/*", breaker: "closed" },
    { id: "b/*", breaker: "open", failure },
    { id: "c/*", breaker: "open", failure, sleep: { problem } },
  ];
  const fetch = saying({ health: {}, endpoints: rows });
  const { out } = await runCli(["doctor"], { fetch });
  expect(out).toMatch(/^well endpoint +a\/\* is called as usual \(breaker closed\)$/m);
  expect(out).toMatch(
    /^ILL {2}endpoint +b\/\* is not called \(breaker open\): nothing accepts connections\n +Start the function service\.$/m,
  );
  expect(out).toMatch(/^ILL {2}endpoint +c\/\* is not called \(breaker open\): \/bin\/false did not wake it\n +Mend what it runs\.$/m);
});

test("a connector that runs and needs a look is well, and says what to do", async () => {
  const connectors = [{ id: "shop/tick", state: "running", what: "The clock is behind.", cure: "Pause and resume it." }];
  const fetch = saying({ health: { health: { kind: "running" }, connectors } });
  const { code, out } = await runCli(["doctor"], { fetch });
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/^well connector +shop\/tick running The clock is behind\. Pause and resume it\.$/m),
  ]);
});

test("a collector that takes nothing is an obstacle, a working one is named, and without one nothing is said", async () => {
  const of = (telemetry: unknown): typeof fetch => saying({ health: { health: { kind: "running" }, telemetry } });
  const endpoint = "http://127.0.0.1:4318";
  expect((await runCli(["doctor"], { fetch: of({ state: "off", endpoint: null, problem: null }) })).out).not.toContain("telemetry");
  expect((await runCli(["doctor"], { fetch: of({ state: "exporting", endpoint, problem: null }) })).out).toMatch(
    /^well telemetry +exported to http:\/\/127\.0\.0\.1:4318$/m,
  );
  const { code, out } = await runCli(["doctor"], { fetch: of({ state: "failing", endpoint, problem: "it answered 429" }) });
  expect([code, out]).toEqual([1, expect.stringMatching(/^ILL {2}telemetry +not exported: it answered 429\n +.*OTEL_EXPORTER_OTLP_/m)]);
});

test("of a catalog whose database does not answer the doctor says why, with the cure", async () => {
  const of = (catalog: unknown): typeof fetch => saying({ health: { catalog } });
  expect((await runCli(["doctor"], { fetch: of(null) })).out).toMatch(/^well catalog +answers$/m);
  expect((await runCli(["doctor"], { fetch: of(undefined) })).out).not.toContain("catalog");
  const { code, out } = await runCli(["doctor"], { fetch: of({ problem: "The catalog refused.", cure: "Check its database." }) });
  expect([code, out]).toEqual([1, expect.stringMatching(/^ILL {2}catalog +The catalog refused\.\n +Check its database\.$/m)]);
});

test("each pause is listed, with the person and the waiting messages", async () => {
  const pauses = [
    { id: "function:a/b", by: "ada", waitingMessages: 4 },
    { id: "entity:a/b/c", by: "bo", waitingMessages: null },
  ];
  const fetch = saying({ health: {}, pauses });
  const { code, out } = await runCli(["doctor"], { fetch });
  expect([code, out]).toEqual([0, expect.stringMatching(/^well pause +function:a\/b by ada, 4 wait\nwell pause +entity:a\/b\/c by bo$/m)]);
});
