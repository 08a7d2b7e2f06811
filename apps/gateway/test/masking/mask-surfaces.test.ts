/**
 * Masked values appear nowhere: a secret is in a masked field of a state value, a message, an egress record and a savepoint, and every
 * reading operation of every surface is called with every role. First this happens without masks: then the operations that show values have
 * to show the secret; otherwise this test would see nothing at all.
 * Neighbour: unmasking.test.ts has who may see it with a reason.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Operation } from "../../src/contract/operation.ts";
import { roles, type Role } from "../../src/contract/roles.ts";
import { maskText } from "../../src/masking/masked-value.ts";
import { canary, holdsCanary } from "../support/canary.ts";
import { doorsOf } from "../support/operation-doors.ts";
import { bytesOf, everyValue, MaskStand, reads } from "./mask-stand.ts";

/** Operations that show values and so have to show the secret while nothing is masked. */
const showsValues = [
  "flow.past",
  "past.records",
  "entities.get",
  "entities.export",
  "entities.read",
  "entities.rows",
  "entities.history",
  "entities.asOf",
  "entities.blame",
  "traces.list",
  "traces.get",
  "comparisons.entity",
  "doors.egress",
  "doors.records",
  "failures.causes",
  "savepoints.file",
  "sql.query",
  "failures.groups",
  "reproductions.get",
  "send.saved",
];

let stand: MaskStand;
beforeAll(async () => {
  stand = await MaskStand.start();
});
afterAll(() => stand[Symbol.asyncDispose]());

interface Call {
  readonly what: string;
  readonly ask: (role: Role | undefined) => Promise<Buffer>;
}

/** Returns the calls of the operation on every surface. */
function callsOf(name: string, operation: Operation): Call[] {
  const byHttp = stand.inputsOf(name).flatMap((input) =>
    doorsOf(name, operation, input).map(({ door, path, options }): Call => {
      const ask = async (role: Role | undefined) => bytesOf(await stand.people.ask(path, { ...options, ...stand.as(role) }));
      return { what: `${door} ${name} ${JSON.stringify(input)}`, ask };
    }),
  );
  const { grpc } = operation;
  return grpc === undefined ? byHttp : [...byHttp, { what: `grpc ${grpc}`, ask: (role) => stand.grpc(grpc, role) }];
}

describe("the secret", () => {
  test("is found in every spelling", () => {
    expect(holdsCanary(Buffer.from(`x${canary}`))).toBe(true);
    for (const pad of ["", "a", "ab"])
      expect(holdsCanary(Buffer.from(`{"b":"${Buffer.from(`${pad}${canary}zz`).toString("base64")}"}`))).toBe(true);
    expect(holdsCanary(Buffer.from(Buffer.from(canary).toString("hex")))).toBe(true);
    expect(holdsCanary(Buffer.from("canary, but not ours"))).toBe(false);
  });

  test("is shown by every surface that shows values while nothing is masked", async () => {
    const shown: string[] = [];
    for (const [name, operation] of reads) {
      const answers = await Promise.all(callsOf(name, operation).map(async ({ ask }) => ask("admin")));
      if (answers.some((bytes) => holdsCanary(bytes))) shown.push(name);
    }
    expect(shown.toSorted()).toEqual(showsValues.toSorted());
  }, 60_000);
});

describe("with masks", () => {
  beforeAll(() => stand.mask());

  test.each(reads)("%s shows it to nobody", async (name, operation) => {
    const leaks: string[] = [];
    for (const { what, ask } of callsOf(name, operation))
      for (const role of [undefined, ...roles]) {
        const bytes = await ask(role);
        if (holdsCanary(bytes)) leaks.push(`${what} as ${role ?? "nobody"}`);
      }
    expect(leaks).toEqual([]);
  });

  test("is replaced by the mask, and its neighbours are shown", async () => {
    const answer = await stand.people.ask("/v1/entities/test/visits/a", stand.as("viewer"));
    const entity = (await answer.json()) as { state: { name: string; value: unknown }[]; mailbox: { value: unknown }[] };
    expect(entity.state.find(({ name }) => name === "big")?.value).toEqual({
      profile: { email: maskText, name: "anna" },
      all: [{ email: maskText }],
    });
    expect(entity.state.find(({ name }) => name === "seen")?.value).toBe(1);
    expect(entity.mailbox[0]?.value).toEqual({ email: maskText, name: "anna" });
  });

  test("is a mask in each table of SQL, which counts nothing by the value behind it", async () => {
    const rowsOf = async (sql: string): Promise<unknown[][]> => {
      const answer = await stand.people.ask("/v1/sql", {
        json: { sql: sql.replaceAll("$savepoint", stand.planted.savepoint) },
        ...stand.as("viewer"),
      });
      return ((await answer.json()) as { rows: unknown[][] }).rows;
    };
    const masked = await rowsOf(`SELECT DISTINCT of FROM (${everyValue.join(" UNION ALL ")}) WHERE value LIKE '%${maskText}%'`);
    expect(masked).toHaveLength(everyValue.length - 1);
    expect(await rowsOf(`SELECT count(*) FROM (${everyValue.join(" UNION ALL ")}) WHERE value LIKE '%${canary}%'`)).toEqual([["0"]]);
    const email = "json_extract_string(value, '$.profile.email')";
    expect(await rowsOf(`SELECT ${email} FROM state(type := 'test/visits') WHERE name = 'big' AND id = 'a'`)).toEqual([[maskText]]);
  }, 60_000);

  test("is a mask to a filter of the tail", async () => {
    const found = async (filter: string): Promise<number> => {
      const input = encodeURIComponent(JSON.stringify({ filter }));
      const answer = await stand.people.ask(`/trpc/flow.past?input=${input}`, stand.as("admin"));
      return ((await answer.json()) as { result: { data: { rows: unknown[] } } }).result.data.rows.length;
    };
    expect(await found(`type == "test/visits"`)).toBeGreaterThan(0);
    expect(await found(`type == "test/visits" && value == "${canary}"`)).toBe(0);
    expect(await found(`text.contains("${canary}")`)).toBe(0);
    expect(await found(`type == "test/visits" && value == "${maskText}"`)).toBeGreaterThan(0);
  });

  test("is a mask in the live tail", async () => {
    const ends = new AbortController();
    const input = encodeURIComponent(JSON.stringify({ flow: true, tails: [""], entities: [] }));
    const stream = await fetch(`${stand.people.box.url}/trpc/live.stream?input=${input}`, {
      headers: { authorization: `Bearer ${stand.as("viewer").token ?? ""}` },
      signal: ends.signal,
    });
    let text = "";
    const reader = (stream.body ?? expect.unreachable()).pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    const json = { type: "test/visits", id: "c", valueType: "io.statefun.types/string", text: JSON.stringify(canary) };
    await stand.people.made("/trpc/send.message", { json });
    while (!text.includes('"test/visits"') || !text.includes("preview")) text += (await reader.read()).value ?? "";
    ends.abort();
    expect(holdsCanary(Buffer.from(text))).toBe(false);
    expect(text).toContain(maskText);
  });

  test("cannot be overwritten by a mask that is written back", async () => {
    const value = { text: JSON.stringify({ profile: { email: maskText } }) };
    const answer = await stand.people.ask("/trpc/entities.editState", {
      headers: { "content-type": "application/json" },
      json: { type: "test/visits", id: "a", name: "big", value },
      ...stand.as("operator"),
    });
    expect(await answer.text()).toContain("INVALID_VALUE");
  });
});
