/**
 * An admin of only `shop` asks every reading operation of the contract, on every surface, while another namespace exists whose name, ids,
 * values, modules, people and saved things contain a mark. No answer has the mark, none shows more when more happens there, and a question
 * that names that namespace is answered as if it did not exist. A new operation is asked automatically.
 * Neighbour: sights.test.ts checks that each operation shows its own people what is theirs.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contract } from "../../src/contract/contract.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { canary, holdsCanary } from "../support/canary.ts";
import { operationInputs } from "../support/operation-calls.ts";
import { doorsOf } from "../support/operation-doors.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { startTwoNamespaces, twoNamespaces, type TwoNamespaces } from "../support/two-namespaces.ts";

const string = "io.statefun.types/string";
/** A name as long as the mark that nobody has. */
const nobodys = "n".repeat(canary.length);

/** Operations that are not asked here, with the reason. */
const notAsked: Readonly<Record<string, string>> = {
  "live.stream": "it does not end: sights.test.ts reads it",
  "calls.call": "it sends: the matrix has who may",
  "calls.answer": "an answer belongs to who may send everywhere: others-ids.test.ts",
  "calls.answers": "the same",
};
/** Operations that tell everybody about the whole gateway, with the reason why that is no secret. */
const ofTheWhole: Readonly<Record<string, string>> = {
  "descriptors.list": "descriptor sets belong to no namespace: every form of a message is made with them",
  "descriptors.shape": "the same",
  "savepoints.points": "a savepoint is of all namespaces: who compares what is theirs has to name one, by its id and time alone",
};
/** Numbers that change whenever anything happens anywhere, and what they tell. */
const moving: Readonly<Record<string, string>> = {
  atMs: "the clock",
  nowMs: "the clock",
  epoch: "how often the store was synced",
  durableAgoMs: "when it was synced last",
  heldMs: "how long the gateway's thread was held",
  sequence: "messages and records are numbered in one row for all namespaces (docs/security.md)",
  numbered: "the same",
  recordsRead: "what the journal was read for a question, whatever is shown of it",
  rollupBytes: "the size of a file",
  readMs: "how long a query took",
  elapsedMs: "the same",
};

let stand: PeopleStand;
let functions: TwoNamespaces;
let token = "";
const traces = new Map<string, number>();
const breakpoints = new Map<string, string>();

beforeAll(async () => {
  // A failing entity is parked at once; otherwise its values would change by themselves.
  stand = await startPeopleStand({ limits: { attemptsMax: 1, breakerEntitiesMin: 1_000 } });
  functions = await startTwoNamespaces();
  for (const namespace of twoNamespaces) await plant(namespace);
  await plantBeside();
  token = (await stand.token({ name: "one", grants: [{ role: "admin", namespace: "shop" }] })).token;
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  functions.close();
});

async function sent(namespace: string, id: string, text: string): Promise<number> {
  const input = { type: `${namespace}/visits`, id, valueType: string, text: JSON.stringify(text) };
  const { result } = await stand.made<{ result: { data: { traceId: number } } }>("/trpc/send.message", { json: input });
  return result.data.traceId;
}

async function plant(namespace: string): Promise<void> {
  const { engine } = stand.box.gateway.core;
  const type = `${namespace}/visits`;
  await stand.made(`/v1/modules/m-${namespace.toLowerCase()}`, { method: "PUT", body: functions.moduleOf(namespace) });
  traces.set(namespace, await sent(namespace, `a`, `hello from ${namespace}`));
  await sent(namespace, `of-${namespace}`, `hello from ${namespace}`);
  await engine.settled();
  await stand.made("/trpc/send.save", {
    json: {
      name: `n-${namespace}`,
      type,
      entityId: `of-${namespace}`,
      valueType: string,
      body: `"${namespace}"`,
    },
  });
  const held = await stand.made<{ id: string }>("/v1/breakpoints", {
    json: { functions: type, entity: `held-${namespace}`, seconds: 3_600 },
  });
  breakpoints.set(namespace, held.id);
  for (const kind of ["function", "endpoint"])
    await stand.made(`/v1/pauses/${encodeURIComponent(`${kind}:${namespace}/paused`)}`, { method: "PUT", json: {} });
  await sent(namespace, `held-${namespace}`, `wait here, ${namespace}`);
  await sent(namespace, "failing", `fail ${namespace}`);
  const causes = async (): Promise<string> => (await stand.ask("/v1/failures/causes", { cookie: stand.adminCookie })).text();
  while (!(await causes()).includes(type)) await nextTurn();
}

/** Makes things that belong to no namespace and contain the mark. */
async function plantBeside(): Promise<void> {
  await stand.made("/v1/people", { json: { name: canary, grants: [{ role: "viewer", namespace: canary }] } });
  await stand.token({ name: canary, grants: [{ role: "viewer", namespace: canary }] });
  await stand.made("/v1/savepoints", { json: {} });
  await stand.ask(`/v1/bootstrap/files/${canary}.csv`, { method: "PUT", body: "a,b\n1,2\n", cookie: stand.adminCookie });
  await stand.made("/trpc/alerts.put", { json: { name: canary, kind: "failure-opens", url: "http://127.0.0.1:9/", enabled: false } });
  await stand.made("/trpc/invariants.put", { json: { name: canary, rule: { kind: "entity", type: `${canary}/visits`, holds: "true" } } });
}

/** Returns the input of the operation about things of the namespace. */
function inputOf(name: string, namespace: string): unknown {
  const special: Readonly<Record<string, unknown>> = {
    "traces.get": { trace: traces.get(namespace) ?? 1 },
    "breakpoints.held": { id: breakpoints.get(namespace) ?? `${namespace}/visits~none` },
    "schedules.get": { namespace, name: "nightly" },
    "doors.connector": { direction: "ingress", id: `${namespace}/nightly` },
    "doors.seekPlan": { id: `${namespace}/nightly`, to: { kind: "latest" } },
    "doors.records": { egress: `${namespace}/out` },
    "entities.read": { type: `${namespace}/visits`, id: "a" },
    "modules.get": { name: `m-${namespace.toLowerCase()}` },
    "past.records": { fromMs: Date.now() - 600_000, toMs: Date.now() + 1_000 },
    "rollups.busiest": { fromMs: Date.now() - 3_600_000, toMs: Date.now() + 60_000, stepMs: 60_000 },
    "savepoints.get": { id: "none" },
    "sql.query": {
      sql: "SELECT type, id FROM entities UNION ALL SELECT egress, egress FROM egress UNION ALL SELECT type, id FROM journal",
    },
  };
  const input = special[name] ?? operationInputs[name] ?? {};
  return JSON.parse(JSON.stringify(input).replaceAll(/(["/:])test(?=[/"])/g, `$1${namespace}`));
}

const reads = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).flatMap(([verb, operation]: [string, Operation]): [string, Operation][] =>
    (operation.kind !== "mutation" || operation.changesNothing === true) && notAsked[`${noun}.${verb}`] === undefined
      ? [[`${noun}.${verb}`, operation]]
      : [],
  ),
);

/** Returns what each surface answers about that namespace, as `<door> <status> <text>`. */
async function answersOf(name: string, operation: Operation, namespace: string): Promise<string[]> {
  const found: string[] = [];
  for (const { door, path, options } of doorsOf(name, operation, inputOf(name, namespace))) {
    const there = door === "http" ? path.replaceAll(/\/test(?=\/|%2F)/g, `/${namespace}`) : path;
    const answer = await stand.ask(there, { ...options, token });
    found.push(`${door} ${answer.status} ${await answer.text()}`);
  }
  return found;
}

function bearsMark(text: string): boolean {
  return holdsCanary(Buffer.from(text)) || text.toLowerCase().includes(canary.toLowerCase());
}

/** Removes what changes by itself. */
function settled(answer: string): string {
  const names = Object.keys(moving).join("|");
  return (
    answer
      .replaceAll(new RegExp(String.raw`(\\?"(?:\w*Ms|${names})\\?":)-?[\d.]+(?:e[+-]?\d+)?`, "g"), "$1#")
      .replaceAll(/(\\?"(?:p50|p95|p99|ratePerSecond|\w+PerSecond)\w*\\?":)(?:null|[\d.]+)/g, "$1#")
      // A node of the graph counts as running while its rate is not 0, and an edge counts the messages of the last minute.
      .replaceAll(/\\?"state\\?":\\?"(?:clear|idle)\\?",\\?"stateWord\\?":\\?"(?:running|idle)\\?"/g, "state#")
      // A failure along an edge is shown for a while.
      .replaceAll(/(\\?"failed\\?":)(?:true|false)/g, "$1#")
      .replaceAll(/(#,\\?"total\\?":)\d+/g, "$1#")
      // A series moves with the clock, and its newest bucket is shown while it fills.
      .replaceAll(/\[(?:null|[\d.]+)(?:,(?:null|[\d.]+))+\]/g, (series) => `at most ${Math.max(...(JSON.parse(series) as number[]))}`)
  );
}

/** Returns where an answer changed, short enough to read. */
function differenceOf(name: string, before: string, after = ""): string[] {
  if (before === after) return [];
  let at = 0;
  while (before[at] === after[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 80);
  return [`${name}: …${around(before)}… became …${around(after)}…`];
}

describe("an admin of one namespace", () => {
  test.each(reads)("%s tells nothing of the other", async (name, operation) => {
    if (ofTheWhole[name] !== undefined) return;
    const answers = await answersOf(name, operation, "shop");
    expect(answers.filter(bearsMark)).toEqual([]);
    expect(answers.filter((text) => text.includes('"INTERNAL"'))).toEqual([]);
  });

  test.each(reads.filter(([name]) => JSON.stringify(inputOf(name, canary)).includes(canary)))(
    "%s about the other is answered as about an absent one",
    async (name, operation) => {
      const [there, nowhere] = [await answersOf(name, operation, canary), await answersOf(name, operation, nobodys)];
      const alike = (text: string): string => settled(text).replaceAll(canary, nobodys).replaceAll(canary.toLowerCase(), nobodys);
      expect(there.map(alike)).toEqual(nowhere.map(alike));
    },
  );

  test("learns no counts by ids that name no namespace", async () => {
    const trace = `/v1/traces/${traces.get(canary) ?? 0}`;
    expect(bearsMark(await (await stand.ask(trace, { token })).text())).toBe(false);
    for (const path of ["/health", "/metrics", "/openapi.json"])
      expect(bearsMark(await (await stand.ask(path, { token })).text())).toBe(false);
  });

  test("learns nothing more when more happens there", async () => {
    const { engine } = stand.box.gateway.core;
    const all = async (): Promise<Record<string, string[]>> => {
      const found: Record<string, string[]> = {};
      for (const [name, operation] of reads) found[name] = (await answersOf(name, operation, "shop")).map(settled);
      return found;
    };
    const before = await all();
    for (let at = 0; at < 20; at++) await sent(canary, `more-${at}`, `more from ${canary}`);
    await sent(canary, "failing too", "fail otherwise");
    await stand.made("/trpc/send.save", {
      json: { name: "more", type: `${canary}/visits`, entityId: "a", valueType: string, body: '"x"' },
    });
    await stand.made("/v1/breakpoints", { json: { functions: `${canary}/visits`, entity: "nobody", seconds: 3_600 } });
    await stand.made(`/v1/pauses/${encodeURIComponent(`endpoint:${canary}/*`)}`, { method: "PUT", json: { seconds: 3_600 } });
    await stand.made("/v1/modules/another", { method: "PUT", body: `kind: io.signalbox.v1/egress\nspec:\n  id: ${canary}/more\n` });
    await stand.made("/v1/savepoints", { json: {} });
    await engine.settled();
    const after = await all();
    const told = Object.entries(before).flatMap(([name, answers]) =>
      answers.flatMap((answer, index) => (ofTheWhole[name] === undefined ? differenceOf(name, answer, after[name]?.[index]) : [])),
    );
    expect(told).toEqual([]);
  });
});
