/** The kept numbers of a real gateway: they are what was sent, /metrics tells the same, and a kill -9 takes none that a second had ended. */
import { expect, it } from "vitest";
import { rollupValues } from "../../apps/gateway/src/shared/rollup-values.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

interface Range {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly reachMs: number | null;
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  readonly overall: { readonly p50Ms: number | null; readonly p99Ms: number | null };
}

async function get<T>(gateway: Gateway, path: string): Promise<T> {
  const response = await fetch(`${gateway.url}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function range(gateway: Gateway, of: string, stepMs = 10_000): Promise<Range> {
  const toMs = Date.now() + 1_000;
  return get(gateway, `/v1/rollups?fromMs=${toMs - 600_000}&toMs=${toMs}&stepMs=${stepMs}&of=${encodeURIComponent(of)}`);
}

function sum({ values }: Range, name: string): number {
  return (values[name] ?? []).reduce<number>((all, value) => all + (value ?? 0), 0);
}

async function metric(gateway: Gateway, name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  expect(lines, name).not.toEqual([]);
  return lines.reduce((all, line) => all + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

const module = (url: string): string => `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: example/*\n  urlPathTemplate: ${url}\n`;

it("are the messages that were sent, by type and endpoint too; /metrics says the same; a kill -9 leaves them", async () => {
  await using greeter = await Functions.start("examples/greeter-javascript/functions.js");
  await using gateway = await Gateway.start();
  await gateway.api.applyModule("greeter", module(greeter.url));
  const sent = 40;
  for (let n = 0; n < sent; n += 1) await gateway.api.send({ type: "example/person", id: `p${n % 7}` }, "hello");
  await until(async () => sum(await range(gateway, ""), "admitted") === sent && sum(await range(gateway, ""), "invocations") > 0, {
    what: "the kept numbers to hold what was sent",
    timeoutMs: 60_000,
  });
  await until(async () => sum(await range(gateway, "type:example/person"), "in") === sent, {
    what: "those of the type",
    timeoutMs: 60_000,
  });
  const person = await range(gateway, "type:example/person");
  expect(person.overall.p50Ms).toBeGreaterThan(0);
  expect(person.overall.p99Ms).toBeGreaterThanOrEqual(person.overall.p50Ms ?? 0);
  const greeterType = await range(gateway, "type:example/greeter");
  expect(sum(await range(gateway, "endpoint:example/*"), "in")).toBe(sent + sum(greeterType, "in"));
  // Both go on while failures are tried again; they must come to tell the same.
  for (const { name, fold, metric: family } of rollupValues) {
    if (fold !== "sum") continue;
    await until(async () => (await metric(gateway, family)) === sum(await range(gateway, "", 1_000), name), {
      what: `${family} and the kept ${name} to be the same`,
      timeoutMs: 60_000,
    });
  }
  const all = await range(gateway, "", 1_000);
  expect(Math.max(...(all.values["memoryBytes"] ?? []).map((value) => value ?? 0))).toBeGreaterThan(10_000_000);
  const busiest = await get<{ rows: { name: string }[]; known: number }>(
    gateway,
    `/v1/rollups/busiest?fromMs=${Date.now() - 600_000}&toMs=${Date.now()}&stepMs=60000`,
  );
  expect(busiest.rows.map(({ name }) => name).toSorted()).toEqual(["example/greeter", "example/person"]);

  await gateway.kill();
  await gateway.start();
  await until(async () => (await fetch(`${gateway.url}/v1/rollups/marks?fromMs=0&toMs=1`)).ok, { what: "the file", timeoutMs: 60_000 });
  expect(sum(await range(gateway, ""), "admitted")).toBe(sent);
  expect(sum(await range(gateway, "", 60_000), "admitted")).toBe(sent);
  expect(sum(await range(gateway, "type:example/person"), "in")).toBeGreaterThan(0);
  const marks = await get<{ kind: string; text: string }[]>(gateway, `/v1/rollups/marks?fromMs=0&toMs=${Date.now() + 1_000}`);
  expect(marks.map(({ kind }) => kind)).toEqual(["module", "restart"]);
}, 180_000);

it("refuse a range that no answer could hold, with a possible question", async () => {
  await using gateway = await Gateway.start();
  for (const query of ["fromMs=0&toMs=9999999999&stepMs=1000", "fromMs=9&toMs=8&stepMs=1000", "fromMs=0&toMs=1&stepMs=1500", "of=nobody"]) {
    const response = await fetch(`${gateway.url}/v1/rollups?${query}`);
    expect([query, response.status]).toEqual([query, 400]);
    expect(await response.json()).toMatchObject({ code: "INVALID_REQUEST" });
  }
}, 120_000);
