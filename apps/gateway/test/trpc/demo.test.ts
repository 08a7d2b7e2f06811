/** The demos as the console starts them: processes of their own with functions in them. */
import { expect, test } from "vitest";
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
  // With orders that passed through, some of them on their way to their receipt.
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
  // This gateway starts no processes of modules, and rides want some.
  await using box = await startGateway();
  const caller = await callerOf(box);
  await expect(caller.demo.start({ name: "ride-sharing" })).rejects.toThrow(/SIGNALBOX_PROCESSES is off/);
  expect((await caller.demo.status()).running).toBe(false);
  expect((await caller.modules.list()).map((row) => row.name)).toEqual([]);
});
