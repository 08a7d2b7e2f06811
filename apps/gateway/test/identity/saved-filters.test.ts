/**
 * Saved filters belong to their person, over HTTP and over tRPC as in the console.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { savedFiltersMax } from "../../src/contract/people/saved-filters.ts";
import { startGateway } from "../support/start-gateway.ts";
import { everywhere, startPeopleStand, type Asked, type PeopleStand } from "../support/people-stand.ts";

let stand: PeopleStand;
beforeAll(async () => {
  stand = await startPeopleStand();
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
});

type Who = Pick<Asked, "cookie" | "token">;
const at = (name: string, subject = "entity"): string => `/v1/filters/${subject}/${encodeURIComponent(name)}`;

async function save(who: Who, name: string, text: string): Promise<Response> {
  return stand.ask(at(name), { ...who, method: "PUT", json: { text } });
}

async function namesOf(who: Who, subject = "entity"): Promise<string[]> {
  const { filters } = (await (await stand.ask(`/v1/filters/${subject}`, who)).json()) as { filters: { name: string; text: string }[] };
  return filters.map(({ name, text }) => `${name}: ${text}`);
}

test("each person and each token has their own, a viewer too, and nobody reaches those of another", async () => {
  const ada = { cookie: stand.adminCookie };
  const { token } = await stand.token({ name: "looks", grants: everywhere("viewer") });
  const { token: other } = await stand.token({ name: "looks", grants: everywhere("viewer") });
  expect((await save(ada, "few visits", "state.visits < 5")).status).toBe(200);
  expect((await save({ token }, "few visits", "waiting > 0")).status).toBe(200);
  expect([await namesOf(ada), await namesOf({ token }), await namesOf({ token: other })]).toEqual([
    ["few visits: state.visits < 5"],
    ["few visits: waiting > 0"],
    [],
  ]);
  // A filter saved under the same name replaces the former one; another subject has its own set.
  await save(ada, "few visits", "state.visits < 3");
  expect([await namesOf(ada), await namesOf(ada, "row")]).toEqual([["few visits: state.visits < 3"], []]);
  await stand.ask(at("few visits"), { token: other, method: "DELETE" });
  expect(await namesOf(ada)).toHaveLength(1);
  await stand.ask(at("few visits"), { ...ada, method: "DELETE" });
  expect([await namesOf(ada), await namesOf({ token })]).toEqual([[], ["few visits: waiting > 0"]]);
  expect((await stand.ask("/v1/filters/entity")).status).toBe(401);
});

test("an invalid filter is refused at its place, and their number is bounded", async () => {
  const ada = { cookie: stand.adminCookie };
  const refused = await save(ada, "wrong", "nope == 1");
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("at character 1")]);
  for (let place = 0; place < savedFiltersMax; place += 1) await save(ada, `n ${place}`, "waiting > 0");
  const more = await save(ada, "one more", "waiting > 0");
  expect([more.status, await more.text()]).toEqual([400, expect.stringContaining("are saved here already")]);
  expect((await save(ada, "n 7", "waiting > 1")).status).toBe(200);
  const [newest] = await namesOf(ada);
  expect(newest).toBe("n 7: waiting > 1");
});

test("without logins there is one set for all", async () => {
  await using box = await startGateway();
  await box.fetch(at("mine"), {
    method: "PUT",
    body: JSON.stringify({ text: "waiting > 0" }),
    headers: { "content-type": "application/json" },
  });
  expect(await (await box.fetch("/v1/filters/entity")).json()).toEqual({ filters: [{ name: "mine", text: "waiting > 0" }] });
});
