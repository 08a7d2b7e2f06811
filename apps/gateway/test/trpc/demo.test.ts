/**
 * The demos as the console starts them: separate processes with functions in them.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exampleVariables } from "../../src/local-code.ts";
import { callerOf } from "../support/caller.ts";
import { startGateway } from "../support/start-gateway.ts";

test("the shop starts real functions that work, and stopping takes them and their module away", async () => {
  await using box = await startGateway();
  const caller = await callerOf(box);
  await caller.demo.start();
  const started = await caller.demo.status();
  expect(started.running).toBe(true);
  expect(started.demos.filter((demo) => demo.running).map((demo) => demo.name)).toEqual(["shop"]);
  await box.until("/v1/egresses/demo/receipts", (body) => (body as { records: unknown[] }).records.length > 0);
  expect((await caller.functions.types()).map((row) => row.type)).toEqual(
    expect.arrayContaining(["shop/cart", "shop/receipt", "shop/stock"]),
  );
  // By now orders have passed through, and some are on their way to their receipt.
  await expect.poll(async () => (await caller.invariants.list())[0]).toMatchObject({ status: { kind: "holds" }, value: "0" });
  await expect.poll(async () => (await caller.invariants.list())[0]?.records ?? 0).toBeGreaterThan(20);
  expect((await caller.invariants.list()).map(({ name, status }) => [name, status.kind])).toEqual([
    ["Shop: every checkout becomes one receipt", "holds"],
  ]);
  await caller.demo.stop();
  expect(await caller.invariants.list()).toEqual([]);
  expect((await caller.demo.status()).running).toBe(false);
  expect((await caller.modules.list()).map((row) => row.name)).toEqual([]);
  expect(box.logged).toEqual([]);
});

test("a demo whose module is refused says why and leaves nothing behind", async () => {
  // This gateway starts no processes of modules, and the rides need some.
  await using box = await startGateway();
  const caller = await callerOf(box);
  await expect(caller.demo.start({ name: "ride-sharing" })).rejects.toThrow(/SIGNALBOX_PROCESSES is off/);
  expect((await caller.demo.status()).running).toBe(false);
  expect((await caller.modules.list()).map((row) => row.name)).toEqual([]);
});

const greetings = (body: unknown): string[] =>
  (body as { records: { value: { text?: string } }[] }).records.map(({ value }) => value.text ?? "");

test("a greeter starts with its traffic and gives traces; the greeter in another language takes its place and keeps the state", async () => {
  await using box = await startGateway();
  const caller = await callerOf(box);
  const running = async () => (await caller.demo.status()).demos.flatMap((demo) => (demo.running ? [demo.name] : []));
  await caller.demo.start({ name: "greeter-javascript" });
  expect(await running()).toEqual(["greeter-javascript"]);
  await box.until("/v1/egresses/example/greetings", (body) => greetings(body).some((text) => text.includes("visit number 2")));
  const { items } = await caller.traces.list({});
  expect(items.length).toBeGreaterThan(0);
  await caller.demo.start({ name: "greeter-typescript" });
  expect(await running()).toEqual(["greeter-typescript"]);
  const [module] = await caller.modules.list();
  expect((await caller.modules.get({ name: "demo-greeter" })).yaml).toMatch(
    /^# demo: greeter-typescript\nkind: io\.statefun\.endpoints\.v2\/http\n/,
  );
  expect(module?.revision).toBe(2);
  const read = async () => greetings(await (await box.fetch("/v1/egresses/example/greetings")).json());
  const before = (await read()).length;
  await expect.poll(async () => (await read()).length).toBeGreaterThan(before + 2);
  // Nobody is greeted as new twice, because the state has stayed.
  const welcomes = (await read()).filter((text) => text.startsWith("Welcome"));
  expect(new Set(welcomes).size).toBe(welcomes.length);
  // Stopping a demo that does not run leaves the running one alone.
  await caller.demo.stop({ name: "greeter-javascript" });
  expect(await running()).toEqual(["greeter-typescript"]);
  await caller.demo.stop();
  expect((await caller.modules.list()).map((row) => row.name)).toEqual([]);
  expect(box.logged).toEqual([]);
});

test("a demo whose toolchain is not on the path is listed with the missing tool and how it is installed", async () => {
  await using box = await startGateway({ exampleEnv: { PATH: "/no/such/folder" } });
  const caller = await callerOf(box);
  const { demos } = await caller.demo.status();
  expect(demos.map(({ name, missing }) => [name, missing?.programs])).toEqual([
    ["shop", undefined],
    ["ride-sharing", undefined],
    ["greeter-javascript", undefined],
    ["greeter-typescript", undefined],
    ["greeter-python", ["python3"]],
    ["greeter-java", ["javac", "mvn"]],
    ["greeter-go", ["go"]],
    ["greeter-rust", ["cargo"]],
    ["classifier", ["python3"]],
  ]);
  expect(demos.find(({ name }) => name === "greeter-go")?.missing?.install).toMatch(/(?:apt-get install golang-go|brew install go)$/);
  await expect(caller.demo.start({ name: "greeter-go" })).rejects.toThrow(/needs Go: the gateway finds no go on its PATH/);
  expect(box.logged).toEqual([]);
});

test("a demo that is being prepared names the running command, and stopping it ends that", async () => {
  // This "go" builds without end.
  const folder = mkdtempSync(join(tmpdir(), "signalbox-go-"));
  writeFileSync(join(folder, "go"), "#!/bin/sh\nexec sleep 600\n", { mode: 0o755 });
  await using box = await startGateway({ exampleEnv: { PATH: `${folder}:/usr/bin:/bin` } });
  const caller = await callerOf(box);
  const started = caller.demo.start({ name: "greeter-go" }).then(String, String);
  await expect
    .poll(async () => (await caller.demo.status()).demos.find(({ name }) => name === "greeter-go")?.preparing)
    .toBe("go build -o target/greeter .");
  await caller.demo.stop({ name: "greeter-go" });
  expect(await started).toContain("it was stopped before it had started");
  expect((await caller.demo.status()).demos.find(({ name }) => name === "greeter-go")).toMatchObject({ running: false });
  expect((await caller.modules.list()).map((row) => row.name)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("a process of an example sees no secret of the gateway", () => {
  const seen = exampleVariables({
    PATH: "/bin",
    GOPROXY: "x",
    SIGNALBOX_TOKEN: "a",
    DATABASE_URL: "b",
    AWS_PROFILE: "c",
    NPM_TOKEN: "d",
    DB_PASSWORD: "e",
  });
  expect(seen).toEqual({ PATH: "/bin", GOPROXY: "x" });
});
