/** `signalbox backup` against a running gateway, and real starts from what it wrote, one of them killed on its way. */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../../apps/cli/test/run-cli.ts";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { refusedStart } from "../disks/disk-stack.ts";
import { Child, freePorts } from "../stack/child.ts";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway, gatewayFlags } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const firstPort = 22_760;
let folder = "";
let backup = "";
let functions: Functions;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-backup-e2e-"));
  backup = join(folder, "monday.backup");
  functions = await Functions.start("examples/greeter-javascript/functions.js");
  await using gateway = await Gateway.start();
  await gateway.api.applyModule(
    "example",
    `${endpointYaml("example/*", functions.url)}---\nkind: io.signalbox.v1/egress\nspec:\n  id: example/greetings\n`,
  );
  await send(gateway.url);
  await until(async () => (await visits(gateway.url)) === 1, { what: "ada is greeted" });
  const { code, out, err } = await runCli(["backup", backup, "--url", gateway.url]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({ file: backup, catalog: "inside", entities: expect.any(Number) });
  expect(statSync(backup).mode & 0o777).toBe(0o600);
  const again = await runCli(["backup", join(folder, "no-such-folder", "x"), "--url", gateway.url]);
  expect(again.code).not.toBe(0);
});
afterAll(async () => {
  await functions[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function send(url: string): Promise<void> {
  const body = JSON.stringify({ name: "ada" });
  const sent = await fetch(`${url}/v1/messages/example/person/ada`, {
    method: "POST",
    body,
    headers: { "content-type": "application/vnd.example/GreetRequest" },
  });
  expect(sent.status).toBe(202);
}

async function visits(url: string): Promise<unknown> {
  const entity = (await (await fetch(`${url}/v1/entities/example/person/ada`)).json()) as { state?: { name: string; value: unknown }[] };
  return entity.state?.find(({ name }) => name === "visits")?.value;
}

it("an empty directory begins from it and works on, also after a kill in the middle and with the setting left in place", async () => {
  const dataDir = join(folder, "second");
  await killedOnItsWay(dataDir);
  await using gateway = await Gateway.start({ SIGNALBOX_RESTORE_BACKUP: backup }, { dataDir });
  expect(await visits(gateway.url)).toBe(1);
  await send(gateway.url);
  await until(async () => (await visits(gateway.url)) === 2, { what: "ada is greeted by what was restored" });
  await gateway.kill();
  await gateway.start();
  // The visit that was seen may not have been durable; the message was, so it is processed again.
  await until(async () => (await visits(gateway.url)) === 2, { what: "ada's second visit is there after a kill" });
}, 120_000);

it("a directory with data is refused with place and cure, and left as it is", async () => {
  const dataDir = join(folder, "full");
  await using first = await Gateway.start({}, { dataDir });
  await first.stop();
  const { exitCode, output } = await refusedStart(dataDir, firstPort, { SIGNALBOX_RESTORE_BACKUP: backup });
  expect(output).toContain("an empty data directory, and this one holds data");
  expect(output).toContain("cure:");
  expect(exitCode).toBe(78);
  await first.start();
}, 120_000);

/** Ends once the restore has begun; how far it comes until then depends on the machine. */
async function killedOnItsWay(dataDir: string): Promise<void> {
  const [http = 0, grpc = 0] = await freePorts(2);
  const inherited = { ...process.env };
  delete inherited["DATABASE_URL"];
  const child = new Child("gateway", [process.execPath, ...gatewayFlags, "apps/gateway/src/main.mjs"], {
    cwd: repositoryRoot,
    env: {
      ...inherited,
      NODE_ENV: "production",
      SIGNALBOX_PORT: String(http),
      SIGNALBOX_GRPC_PORT: String(grpc),
      SIGNALBOX_DATA_DIR: dataDir,
      SIGNALBOX_RESTORE_BACKUP: backup,
    },
  });
  await until(() => existsSync(join(dataDir, "restored-backup.json")), { what: "the restore has begun" });
  child.signal("SIGKILL");
  await child.ended();
}
