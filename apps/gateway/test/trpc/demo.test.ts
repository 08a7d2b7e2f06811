/** The demo as the console starts it: a process of its own with functions in it. */
import { expect, test } from "vitest";
import { callerOf } from "../support/caller.ts";
import { startGateway } from "../support/start-gateway.ts";

test("the demo starts real functions that work, and stopping takes them and their module away", async () => {
  await using box = await startGateway();
  const caller = await callerOf(box);
  await caller.demo.start();
  expect(await caller.demo.status()).toEqual({ running: true });
  await box.until("/v1/egresses/demo/receipts", (body) => (body as { records: unknown[] }).records.length > 0);
  expect((await caller.functions.types()).map((row) => row.type)).toEqual(
    expect.arrayContaining(["shop/cart", "shop/receipt", "shop/stock"]),
  );
  await caller.demo.stop();
  expect(await caller.demo.status()).toEqual({ running: false });
  expect((await caller.modules.list()).map((row) => row.name)).toEqual([]);
  expect(box.logged).toEqual([]);
});
