/**
 * Whoever asks a gateway for something by a name that nobody has is told so: an answer with nothing in it would read as "all is quiet"
 * where a name was mistyped. Every reading operation of the contract is asked, so a new one is asked too; those that may answer with
 * nothing stand here with the reason. Neighbour: access-matrix.test.ts asks the same operations who may.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { contract } from "../../src/contract/contract.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { operationInputs } from "../support/operation-calls.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

/** Fields by which a question names one thing. */
const naming = [
  "name",
  "id",
  "type",
  "egress",
  "endpoint",
  "fingerprint",
  "trace",
  "era",
  "entity",
  "of",
  "from",
  "namespace",
  "messageId",
];
const typeIsNoName = "types are not declared: one begins with its first message, and a list of it is empty until then";
const entityIsNoName = "an entity is not declared: each id of a type is one, to which nothing has happened yet";
const emptyAnswers: Readonly<Record<string, string>> = {
  "doors.egress": "it says so: the kind is undeclared",
  "entities.asOf": entityIsNoName,
  "entities.blame": entityIsNoName,
  "entities.get": "it says so: null is not the view of an entity",
  "entities.history": entityIsNoName,
  "entities.list": typeIsNoName,
  "entities.rows": typeIsNoName,
  "entities.tally": typeIsNoName,
  "flow.hottest": typeIsNoName,
  "reproductions.get": "it says so: null is no search",
  "rollups.range": typeIsNoName,
  "savepoints.ledger": "it says so: null is no restore",
  "traces.get": "it says so: its story is of a number that never was",
};

let box: TestGateway;
beforeAll(async () => {
  box = await startGateway();
});
afterAll(() => box[Symbol.asyncDispose]());

const named = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).flatMap(([verb, operation]: [string, Operation]) => {
    const input = operationInputs[`${noun}.${verb}`];
    const names = typeof input === "object" && input !== null ? Object.keys(input).filter((key) => naming.includes(key)) : [];
    return operation.kind === "query" && operation.trpc !== false && names.length > 0 ? [{ path: `${noun}.${verb}`, input }] : [];
  }),
);

test("a name that nobody has is not answered with nothing", async () => {
  const answered: string[] = [];
  for (const { path, input } of named) {
    const { status } = await box.fetch(`/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`);
    if (status < 400) answered.push(path);
  }
  expect(named.length).toBeGreaterThan(20);
  expect(new Set(answered)).toEqual(new Set(Object.keys(emptyAnswers)));
});
