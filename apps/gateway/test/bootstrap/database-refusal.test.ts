/** Where a database of a bootstrap may be: every way in which the driver's URL can name a place that may not be called. */
import { expect, it } from "vitest";
import { placesOf } from "@signalbox/engine";
import { databaseRefusal } from "../../src/services/bootstrap/database-refusal.ts";

const anywhere = placesOf([]);

it.each([
  "postgresql://a@169.254.169.254/x",
  "postgresql://a@169%2e254.169.254/x",
  "postgresql://a@%31%36%39.254.169.254:80/x",
  // The resolver makes that address of these names.
  "postgresql://a@2852039166/x",
  "postgresql://a@0xa9fea9fe/x",
  "postgresql://a@[::ffff:169.254.169.254]/x",
])("no database is read at %s", async (url) => {
  expect(await databaseRefusal(new URL(url), anywhere)).toMatch(/link-local|no endpoint may be/);
});

it("a host whose encoding is broken is refused", async () => {
  expect(await databaseRefusal(new URL("postgresql://a@%zz/x"), anywhere)).toContain("percent-encoded");
});

it("a socket counts as a place like that of an endpoint", async () => {
  const named = placesOf(["/run/mine/*"]);
  expect(await databaseRefusal(new URL("postgresql://a@%2Frun%2Fmine/x"), named)).toBeUndefined();
  expect(await databaseRefusal(new URL("postgresql://a@%2Frun%2Fother:5433/x"), named)).toContain("/run/other/.s.PGSQL.5433");
});

it("a database at an allowed place is accepted", async () => {
  expect(await databaseRefusal(new URL("postgresql://a@127.0.0.1:5432/x"), anywhere)).toBeUndefined();
});
