/**
 * Two savepoints side by side, and one beside the current data: by type, entity by entity, field by field; a link holds all of it.
 */
import { expect, type Page } from "@playwright/test";
import { startStack, type Stack } from "./journey.ts";
import { endpointYaml } from "./stack/functions.ts";
import { test } from "./stack/test.ts";
import { until } from "./stack/until.ts";

const egress = "---\nkind: io.statefun.kafka.v1/egress\nspec:\n  id: io.statefun.playground/egress\n  address: 127.0.0.1:9092\n";

let stack: Stack;
test.beforeEach(async () => {
  stack = await startStack();
  await stack.gateway.api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url, egress));
});
test.afterEach(() => stack[Symbol.asyncDispose]());

async function visit(id: string, count: number): Promise<void> {
  const person = { type: "example/person", id };
  await stack.gateway.api.send(person, "hello");
  await until(async () => (await stack.gateway.api.state(person, "visits")) === count, { what: `visit ${count} of ${id}` });
}

async function expectChanges(page: Page, names: readonly RegExp[]): Promise<void> {
  const rows = page.getByRole("grid", { name: "Entities that differ" }).getByRole("row");
  await expect(rows).toHaveCount(names.length + 1);
  for (const name of names) await expect(rows.filter({ hasText: name })).toHaveCount(1);
}

test("two savepoints are compared by type, entity and field, and a link holds the whole view", async ({ page }) => {
  const { api, url } = stack.gateway;
  await visit("ada", 1);
  await visit("eve", 1);
  const first = await api.takeSavepoint();
  await visit("ada", 2);
  await visit("bob", 1);
  const second = await api.takeSavepoint();

  await page.goto(`${url}/savepoints?id=${first.id}`);
  await page.getByRole("complementary", { name: "Inspector" }).getByRole("link", { name: "Compare…" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Compare savepoints" })).toBeVisible();
  await page.getByRole("combobox", { name: "To" }).click();
  await page
    .getByRole("option")
    .filter({ hasText: new RegExp(`epoch ${second.epoch}$`) })
    .click();
  await expect(page).toHaveURL(new RegExp(`to=${second.id}`));

  const people = page.getByRole("grid", { name: "Types" }).getByRole("row", { name: /example\/person/ });
  await expect(people).toContainText("+1");
  await people.click();
  await expect(page).toHaveURL(/type=example/);
  await expectChanges(page, [/ada/, /bob/]);
  await page.getByRole("grid", { name: "Entities that differ" }).getByRole("row", { name: /ada/ }).click();
  const visits = page.getByRole("region", { name: "One entity" }).getByRole("row", { name: /visits/ });
  await expect(visits.getByRole("cell")).toHaveText(["visits", "1", "2"]);

  await page.getByRole("radio", { name: "Came" }).click();
  await expectChanges(page, [/bob/]);
  await page.getByRole("searchbox", { name: "Beginning of the id" }).fill("zz");
  await page.getByRole("searchbox", { name: "Beginning of the id" }).press("Enter");
  await expect(page.getByText("None of these differs")).toBeVisible();
  await page.getByRole("searchbox", { name: "Beginning of the id" }).fill("bo");
  await page.getByRole("searchbox", { name: "Beginning of the id" }).press("Enter");
  await expectChanges(page, [/bob/]);

  const link = page.url();
  await page.goto(`${url}/savepoints`);
  await page.goto(link);
  await expectChanges(page, [/bob/]);
  await expect(visits.getByRole("cell")).toHaveText(["visits", "1", "2"]);
});

test("a savepoint beside now shows the changes since, and the other way round those that a restore would undo", async ({ page }) => {
  await visit("ada", 1);
  const { id } = await stack.gateway.api.takeSavepoint();
  await visit("carl", 1);
  await page.goto(`${stack.gateway.url}/savepoints/compare?from=${id}&type=example%2Fperson`);
  await expectChanges(page, [/came.*carl/]);
  await visit("dora", 1);
  await page.getByRole("button", { name: "Read again" }).click();
  await expectChanges(page, [/came.*carl/, /came.*dora/]);
  await page.getByRole("button", { name: "Swap the sides" }).click();
  await expectChanges(page, [/went.*carl/, /went.*dora/]);
  await page.getByRole("grid", { name: "Entities that differ" }).getByRole("row", { name: /carl/ }).click();
  await expect(page.getByRole("region", { name: "Delayed messages" })).toContainText("not known");
});

test("a savepoint lists its entities by type and the module revisions of then, and a foreign file names what is unknown of it", async ({
  page,
}) => {
  const { api, url } = stack.gateway;
  await visit("ada", 1);
  const { id } = await api.takeSavepoint();
  await api.applyModule("greeter", endpointYaml("example/*", stack.greeter.url, `${egress}# the second revision\n`));
  await page.goto(`${url}/savepoints?id=${id}`);
  await expect(page.getByRole("grid", { name: "Savepoints" }).getByRole("row", { name: /ready/ })).toContainText("greeter 1");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await expect(inspector.getByRole("region", { name: "Modules" })).toContainText("greeter 1");
  await expect(
    inspector.getByRole("region", { name: "Entities by type" }).getByRole("listitem").filter({ hasText: "example/person" }),
  ).toContainText("1");

  const file = await (await fetch(`${url}/v1/savepoints/${id}/file`)).arrayBuffer();
  const headers = { "content-type": "application/vnd.sqlite3" };
  const uploaded = (await (await fetch(`${url}/v1/savepoints`, { method: "POST", body: file, headers })).json()) as { id: string };
  await page.goto(`${url}/savepoints?id=${uploaded.id}`);
  await expect(inspector.getByRole("region", { name: "Modules" })).toContainText("Not known: the file was not taken here");
  await expect(
    inspector.getByRole("region", { name: "Entities by type" }).getByRole("listitem").filter({ hasText: "example/person" }),
  ).toContainText("1");
});
