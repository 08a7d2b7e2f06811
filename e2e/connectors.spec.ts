/**
 * Connectors that are ill in different ways at once, in one gateway: each is named with its state, its cause and what helps in the API, in
 * /health, in the metrics and in the log, and where a person looks: the Overview, the Flow, Connectors, and its own page. One that is well
 * goes on beside them. What is here a double of a broker is a real one in e2e/kafka, e2e/kinesis and e2e/nats.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { consoleAnswers, open } from "./journey.ts";
import { repositoryRoot } from "../tools/stale-step.ts";
import { ExpiringServer } from "./stack/expiring-server.ts";
import { endpointYaml, Functions } from "./stack/functions.ts";
import { Gateway } from "./stack/gateway.ts";
import { illSystems, type IllSystems } from "./stack/ill-systems.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

interface Ill {
  readonly direction: "ingress" | "egress";
  readonly id: string;
  readonly state: "waiting" | "refused" | "held-back" | "running";
  readonly cause: RegExp;
  readonly cure: RegExp;
}

const ill: readonly Ill[] = [
  {
    ...{ direction: "ingress", id: "bad/address", state: "waiting" },
    cause: /nothing listens at the address/i,
    cure: /mend `?address`? in the module/,
  },
  { ...{ direction: "ingress", id: "bad/login", state: "refused" }, cause: /credentials are refused/, cure: /Mend `?awsCredentials`?/ },
  {
    ...{ direction: "ingress", id: "bad/stream", state: "waiting" },
    cause: /the stream is not there/,
    cure: /Create it, or mend its name/,
  },
  {
    ...{ direction: "ingress", id: "bad/clock", state: "running" },
    cause: /clock is \d+ s behind the last run/,
    cure: /pause and resume the schedule/,
  },
  { ...{ direction: "ingress", id: "bad/hook", state: "running" }, cause: /refused for its signature once/, cure: /Compare the secret/ },
  { ...{ direction: "egress", id: "bad/size", state: "held-back" }, cause: /record \d+ is refused.*too large/i, cure: /write less/ },
  {
    ...{ direction: "egress", id: "bad/certificate", state: "held-back" },
    cause: /its certificate has expired/i,
    cure: /Renew the certificate/,
  },
  { ...{ direction: "egress", id: "bad/cut", state: "held-back" }, cause: /cut the connection/, cure: /tried again by itself/ },
];

const stateWords = { waiting: "waiting", refused: "refused", "held-back": "held back", running: "running, needs a look" } as const;
const flowWords = { waiting: "waiting", refused: "refused", "held-back": "held back", running: "needs a look" } as const;

let dataDir: string;
let systems: IllSystems;
let expiring: ExpiringServer;
let functions: Functions;
let gateway: Gateway;

test.beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "signalbox-ill-"));
  systems = await illSystems();
  expiring = await ExpiringServer.start((_request, response) => void response.end());
  functions = await Functions.start("e2e/functions/leave-by.ts");
  await runAnHourAhead();
  gateway = await Gateway.start(
    { NODE_EXTRA_CA_CERTS: expiring.authority, HOOK_SECRET: "a secret", SIGNALBOX_MODULE_ENV: "HOOK_SECRET" },
    { dataDir },
  );
  await gateway.api.applyModule("bad", badYaml());
  for (const egress of ["bad/size", "bad/certificate", "bad/cut", "bad/well"])
    await gateway.api.send({ type: "bad/leaver", id: egress.replace("/", "-") }, { egress }, { valueType: "bad/Leave" });
  const unsigned = await fetch(`${gateway.url}/hooks/bad`, { method: "POST", body: "{}" });
  expect(unsigned.status).toBe(401);
  await consoleAnswers(gateway);
});

test.afterAll(async () => {
  for (const one of [gateway, functions, expiring, systems]) await one?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

const scheduleYaml =
  'kind: io.signalbox.schedule.v1/ingress\nspec:\n  id: bad/clock\n  when: {type: every, every: 1s}\n  target: bad/leaver\n  entityId: clock\n  value: \'{"egress":"bad/well"}\'\n  valueType: bad/Leave\n';

/**
 * Runs the gateway over the same data with a clock that is an hour ahead, until a run is durable: for the next gateway the clock was put
 * back.
 */
async function runAnHourAhead(): Promise<void> {
  const ahead = {
    NODE_OPTIONS: `--import=${join(repositoryRoot, "e2e/stack/moved-clock.mjs")}`,
    SIGNALBOX_TEST_CLOCK_AHEAD_MS: "3600000",
  };
  await using before = await Gateway.start(ahead, { dataDir });
  await before.api.applyModule("clock", [endpointYaml("bad/*", functions.url), wellYaml(), scheduleYaml].join("---\n"));
  await until(async () => systems.taken.length > 0, { what: "a run of the schedule to leave", said: () => before.output });
  await before.stop();
}

function wellYaml(): string {
  return `kind: io.signalbox.http.v1/egress\nspec:\n  id: bad/well\n  url: ${systems.url}/well\n`;
}

function badYaml(): string {
  const kinesis = (id: string, stream: string): string =>
    `kind: io.statefun.kinesis.v1/ingress\nspec:\n  id: ${id}\n  awsRegion: {type: custom-endpoint, endpoint: "${systems.url}", id: us-east-1}\n  awsCredentials: {type: basic, accessKeyId: a, secretAccessKey: b}\n  streams: [{stream: ${stream}, valueType: bad/Leave, targets: [bad/leaver]}]\n`;
  const http = (id: string, url: string): string => `kind: io.signalbox.http.v1/egress\nspec:\n  id: ${id}\n  url: ${url}\n`;
  return [
    "kind: io.statefun.kafka.v1/ingress\nspec:\n  id: bad/address\n  address: 127.0.0.1:1\n  topics: [{topic: any, valueType: bad/Leave, targets: [bad/leaver]}]\n",
    kinesis("bad/login", "no-login"),
    kinesis("bad/stream", "not-there"),
    'kind: io.signalbox.webhook.v1/ingress\nspec:\n  id: bad/hook\n  path: bad\n  target: bad/leaver\n  entityId: {type: fixed, id: hook}\n  signature: {type: github, secrets: ["${HOOK_SECRET}"]}\n',
    http("bad/size", `${systems.url}/size`),
    http("bad/certificate", expiring.url),
    http("bad/cut", `${systems.url}/cut`),
  ].join("---\n");
}

interface Row {
  readonly direction: string;
  readonly id: string;
  readonly state: string;
  readonly what: string;
  readonly cure: string;
}

/** Whether the connector is listed in this state; between two attempts it is in another state for a moment. */
const told = (rows: readonly Row[], one: Ill): boolean =>
  rows.some(
    (row) =>
      row.direction === one.direction &&
      row.id === one.id &&
      row.state === one.state &&
      one.cause.test(row.what) &&
      one.cure.test(row.cure),
  );

for (const one of ill)
  test(`${one.id} is named with state, cause and cure in the API, in health, in the metrics and in the log`, async () => {
    const json = async (path: string): Promise<readonly Row[]> =>
      ((await (await fetch(`${gateway.url}${path}`)).json()) as { connectors: readonly Row[] }).connectors;
    await expect.poll(async () => told(await json("/v1/connectors"), one), { timeout: 60_000 }).toBe(true);
    await expect.poll(async () => told(await json("/health"), one), { timeout: 60_000 }).toBe(true);
    const line = new RegExp(`^signalbox_connector_state\\{.*id="${one.id}".*state="${one.state}"\\} 1$`, "mu");
    const metrics = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();
    await expect.poll(metrics, { timeout: 60_000 }).toMatch(line);
    const said = (): boolean =>
      gateway.output.split("\n").some((text) => text.includes(`${one.direction} ${one.id}`) && one.cause.test(text) && one.cure.test(text));
    await expect.poll(said).toBe(true);
  });

test("a healthy one goes on beside them", async () => {
  await expect.poll(() => systems.taken.includes("bad-well")).toBe(true);
  const rows = (await (await fetch(`${gateway.url}/v1/connectors`)).json()) as { connectors: readonly Row[] };
  expect(rows.connectors.find(({ id }) => id === "bad/well")).toMatchObject({ state: "running", what: "" });
});

test("the Overview lists the connectors that need a person: each with its state, its cause and its cure, and leads to its page", async ({
  page,
}) => {
  await page.goto(gateway.url);
  const needs = page.getByRole("region", { name: "What needs you" });
  for (const one of ill) await expectTold(needs.getByRole("link", { name: new RegExp(`${one.id}: ${stateWords[one.state]}`) }), one);
  await expect(needs.getByText("bad/well")).toHaveCount(0);
  await needs.getByRole("link", { name: /bad\/login/ }).press("Enter");
  await expect(page).toHaveURL(/\/flow\/ingress\/bad%2Flogin$/);
});

test("Connectors has the worst first, and the possible actions beside the list", async ({ page }) => {
  await page.goto(gateway.url);
  await open(page, "Connectors");
  for (const one of ill) {
    const row = page.getByRole("row", { name: one.id });
    await expectTold(row, one);
    await row.click();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector.getByRole("heading", { name: one.id })).toBeVisible();
    await expectTold(inspector, one);
    await expect(inspector.getByRole("button", { name: "Stop" })).toBeVisible();
  }
  await expect(page.getByRole("grid", { name: "Out" }).getByRole("row").last()).toContainText("bad/well");
});

test("each node in the Flow shows its state, and leads by keyboard to its cause and its cure", async ({ page }) => {
  await page.goto(`${gateway.url}/flow`);
  for (const one of ill) {
    await page.getByTitle(`Open ${one.direction} ${one.id}: ${flowWords[one.state]}`, { exact: true }).press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toContainText(one.id);
    await expectTold(page.getByRole("main"), one);
    await page.getByRole("heading", { level: 1 }).getByRole("link", { name: "Flow" }).press("Enter");
    await expect(page).toHaveURL(/\/flow$/);
  }
});

async function expectTold(where: ReturnType<Page["locator"]>, one: Ill): Promise<void> {
  await expect(where).toContainText(stateWords[one.state]);
  await expect(where).toContainText(one.cause);
  await expect(where).toContainText(one.cure);
}
