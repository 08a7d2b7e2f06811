/**
 * A masked value is shown to a caller who may see it and gives a reason, for one request, and the audit has who, what and why before the
 * value is shown.
 * Neighbour: mask-surfaces.test.ts.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { contract } from "../../src/contract/contract.ts";
import { holdsCanary } from "../support/canary.ts";
import { bodyFor, urlOf } from "../support/operation-calls.ts";
import { goodPassword } from "../support/people-stand.ts";
import { bytesOf, MaskStand, reads } from "./mask-stand.ts";

let stand: MaskStand;
beforeAll(async () => {
  stand = await MaskStand.start();
  await stand.mask();
});
afterAll(() => stand[Symbol.asyncDispose]());

const reason = "ticket 8812: wrong address";
const header = { "signalbox-unmask": encodeURIComponent(reason) };
const entity = "/v1/entities/test/visits/a";

test("an admin sees the value by every door that may unmask, and the audit says so", async () => {
  for (const [name, { unmasks, http }] of reads) {
    if (unmasks === undefined || http === undefined || name === "backups.file") continue;
    const [input] = stand.inputsOf(name);
    const answer = await stand.people.ask(urlOf(http, input), {
      method: http.method,
      headers: header,
      ...bodyFor(name, http, input),
      ...stand.as("admin"),
    });
    expect([name, answer.status, holdsCanary(await bytesOf(answer))]).toEqual([name, 200, true]);
    const audit = (await (await stand.people.ask(`/v1/audit?text=${name}`, stand.as("admin"))).json()) as { items: object[] };
    expect(audit.items[0]).toMatchObject({ operation: name, name: "admin", outcome: "done", after: `unmasked: ${reason}` });
  }
});

test("over gRPC an admin sees it too", async () => {
  const bytes = await stand.grpc("Admin.GetEntity", "admin", header);
  expect(holdsCanary(bytes)).toBe(true);
});

test.each(["viewer", "sender", "operator"] as const)("a %s is refused, and that is in the audit too", async (role) => {
  const answer = await stand.people.ask(entity, { headers: header, ...stand.as(role) });
  const bytes = await bytesOf(answer);
  expect([answer.status, holdsCanary(bytes)]).toEqual([403, false]);
  const audit = (await (await stand.people.ask(`/v1/audit?text=${role}`, stand.as("admin"))).json()) as { items: object[] };
  expect(audit.items[0]).toMatchObject({ operation: "entities.read", outcome: "refused", after: `unmasked: ${reason}` });
});

test("a viewer with the right to unmask sees it, in that namespace alone", async () => {
  const there = await stand.people.token({ name: "desk", grants: [{ role: "viewer", namespace: "test", unmask: true }] });
  const elsewhere = await stand.people.token({
    name: "other",
    grants: [
      { role: "viewer", namespace: "*" },
      { role: "viewer", namespace: "shop", unmask: true },
    ],
  });
  expect(holdsCanary(await bytesOf(await stand.people.ask(entity, { headers: header, token: there.token })))).toBe(true);
  expect((await stand.people.ask(entity, { headers: header, token: elsewhere.token })).status).toBe(403);
  // A trace goes through all namespaces.
  const traces = contract.traces.get.http;
  expect((await stand.people.ask(urlOf(traces, { trace: stand.planted.trace }), { headers: header, token: there.token })).status).toBe(403);
});

test("nobody grants a right to unmask that they lack", async () => {
  const { code } = await stand.people.invite("ben", [{ role: "operator", namespace: "*" }]);
  await stand.people.ask("/v1/setup", { json: { code, name: "ben", password: goodPassword } });
  const cookie = await stand.people.signIn("ben");
  const answer = await stand.people.ask("/v1/tokens", {
    json: { name: "t", grants: [{ role: "viewer", namespace: "test", unmask: true }] },
    cookie,
  });
  expect([answer.status, (await answer.text()).includes("unmask")]).toEqual([403, true]);
});

test("a file that holds the value unmasked wants a reason, also of an admin", async () => {
  const file = await stand.people.ask(`/v1/savepoints/${stand.planted.savepoint}/file`, stand.as("admin"));
  expect([file.status, (await file.text()).includes("UNMASK_REASON_NEEDED")]).toEqual([403, true]);
  const link = await stand.people.ask(
    `/v1/savepoints/${stand.planted.savepoint}/file?signalbox-unmask=${encodeURIComponent(reason)}`,
    stand.as("admin"),
  );
  expect([link.status, holdsCanary(await bytesOf(link))]).toEqual([200, true]);
});

test("two letters are no reason", async () => {
  const answer = await stand.people.ask(entity, { headers: { "signalbox-unmask": "ok" }, ...stand.as("admin") });
  expect([answer.status, holdsCanary(await bytesOf(answer))]).toEqual([400, false]);
});
