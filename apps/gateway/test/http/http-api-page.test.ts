/** docs/http-api.md is right: each of its requests, sent in order to a gateway, is answered as the page says, and each of its kinds is known. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { componentKinds } from "../../src/modules/component-kinds.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/http-api.md"), "utf8");
/** A request block, then an arrow with the status and, as code, the least that the answer contains. */
const example = /```http\n(?<request>[\s\S]*?)\n```\n→ (?<status>\d{3})(?: `(?<json>.*)`)?/g;

interface Example {
  readonly line: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly status: number;
  readonly json: string | undefined;
}

function examples(): Example[] {
  return [...page.matchAll(example)].map(({ groups = {} }) => {
    const [head = "", ...body] = (groups["request"] ?? "").split("\n\n");
    const [line = "", ...headers] = head.split("\n");
    return {
      line,
      headers: Object.fromEntries(headers.map((header) => header.split(": ", 2) as [string, string])),
      body: body.length === 0 ? undefined : body.join("\n\n"),
      status: Number(groups["status"]),
      json: groups["json"],
    };
  });
}

let box: TestGateway;
beforeAll(async () => {
  box = await startGateway();
});
afterAll(() => box[Symbol.asyncDispose]());

test("the page has an example for each block", () => {
  expect(examples()).toHaveLength(page.split("```http").length - 1);
});

test.each(examples())("$line → $status", async ({ line, headers, body, status, json }) => {
  const [method = "", path = ""] = line.split(" ");
  const response = await box.fetch(path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  expect(response.status, text).toBe(status);
  if (json !== undefined) expectWithin(JSON.parse(text), JSON.parse(json));
});

/** Expects at least these members of objects and at least these elements of lists. */
function expectWithin(found: unknown, wanted: unknown): void {
  if (Array.isArray(wanted)) {
    expect(Array.isArray(found)).toBe(true);
    const all = found as unknown[];
    if (wanted.length === 0) expect(all).toEqual([]);
    for (const one of wanted)
      expect(
        all.map((item) => holds(item, one)),
        JSON.stringify(found),
      ).toContain(true);
  } else if (typeof wanted === "object" && wanted !== null) {
    for (const [name, value] of Object.entries(wanted)) expectWithin((found as Record<string, unknown>)[name], value);
  } else expect(found).toEqual(wanted);
}

function holds(found: unknown, wanted: unknown): boolean {
  try {
    expectWithin(found, wanted);
    return true;
  } catch {
    return false;
  }
}

test("the page names each kind of component, and no other", () => {
  const named = [...page.matchAll(/^\| (`io\..*?) \|/gm)].flatMap(([, cell = ""]) => cell.replaceAll("`", "").split(", "));
  expect(named.toSorted()).toEqual(Object.keys(componentKinds).toSorted());
});
