/**
 * Ids and subjects of the NATS kinds, and what their modules may not say. e2e/nats has a real server.
 */
import { expect, test } from "vitest";
import { entityIdOf, subjectFor, wrongSubject } from "../../../src/connectors/nats/nats-routing.ts";
import { parseModule } from "../../../src/modules/parse-module.ts";

const message = (subject: string, headers: Readonly<Record<string, string>> = {}) => ({ subject, header: (name: string) => headers[name] });

test.each([
  ["orders.anna", { kind: "subject", token: undefined }, "anna"],
  ["orders.anna.placed", { kind: "subject", token: 2 }, "anna"],
  ["orders", { kind: "subject", token: undefined }, "orders"],
] as const)("of %s the id is the token that the module names", (subject, key, id) => {
  expect(entityIdOf(message(subject), key)).toEqual({ kind: "id", id });
});

test("an id may be a header; an absent token or header gives a reason instead of an id", () => {
  expect(entityIdOf(message("orders", { customer: "anna" }), { kind: "header", name: "customer" })).toEqual({ kind: "id", id: "anna" });
  expect(entityIdOf(message("orders"), { kind: "header", name: "customer" })).toMatchObject({ reason: "it has no header customer" });
  expect(entityIdOf(message("orders.anna"), { kind: "subject", token: 3 })).toMatchObject({
    reason: expect.stringContaining("no token 3"),
  });
  expect(entityIdOf(message("orders", { customer: "" }), { kind: "header", name: "customer" })).toMatchObject({ kind: "none" });
});

test("a subject takes the sender's id where it is a token, and only there", () => {
  expect(subjectFor("receipts.{id}", "anna-1")).toBe("receipts.anna-1");
  expect(subjectFor("receipts.all", "a.b c")).toBe("receipts.all");
  for (const id of ["a.b", "a b", "*", ">", "a\tb", ""]) expect(subjectFor("receipts.{id}", id)).toBeUndefined();
});

test.each(["", "a..b", "a.*", "a.>", "a b", ".a"])("%j is not a subject for writing", (subject) => {
  expect(wrongSubject(subject)).toBeTypeOf("string");
});

const ingress = (line: string): string => `kind: io.signalbox.nats.v1/ingress
spec:
  id: shop/orders
  servers: [nats://localhost:4222]
  stream: orders
  valueType: shop/Order
  targets: [shop/cart]
  ${line}
`;

test.each([
  ["servers: [http://localhost]", "is no server"],
  ["credentials: {type: user, user: anna, password: written}", "password"],
  ["startupPosition: {type: sequence}", "sequence"],
  ["invalidRecordHandling: forward", "invalidRecords"],
])("a module with %s is refused at its place", (line, word) => {
  const yaml = line.startsWith("servers") ? ingress("").replace("servers: [nats://localhost:4222]", line) : ingress(line);
  const { issues } = parseModule({ name: "shop", yaml, env: {} });
  expect(issues.filter(({ severity }) => severity === "error")).toMatchObject([{ message: expect.stringContaining(word) }]);
});
