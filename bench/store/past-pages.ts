/**
 * PastPages: asks a gateway over HTTP what the console's pages ask of the past of a prepared store (prepared-past.ts), and compares each
 * answer with what must be in it. Neighbour: past-questions.ts asks the same of the store without a gateway.
 */
import { deepStrictEqual, strictEqual } from "node:assert";
import type { Api } from "../../e2e/stack/api.ts";
import { pastTypes, type ExpectedPast } from "./prepared-past.ts";

const dayMs = 24 * 3_600_000;

export interface AskedPage {
  readonly api: Api;
  readonly expected: ExpectedPast;
  /** The number of a randomly drawn trace. */
  readonly number: number;
  readonly nowMs: number;
}

interface AsOfAnswer {
  readonly kind: string;
  readonly values: readonly {
    readonly name: string;
    readonly value: { readonly sizeBytes: number } | null;
    readonly writer: number | null;
  }[];
  readonly waiting: { readonly messages: readonly { readonly sequence: number }[]; readonly timersTotal: number } | null;
}

function get<T>(api: Api, path: string, query: Record<string, string | number>): Promise<T> {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return api.request("GET", `${path}?${text.toString()}`);
}

async function asOf({ api, expected, number }: AskedPage, moment: { sequence: number } | { atMs: number }): Promise<AsOfAnswer> {
  const answer = await get<AsOfAnswer>(api, "/v1/state-as-of", { ...expected.addressOf("page", number), ...moment });
  strictEqual(answer.kind, "known");
  return answer;
}

export const pastPages: Readonly<Record<string, (asked: AskedPage) => Promise<void>>> = {
  "by sequence": async ({ api, expected, number }) => {
    const record = expected.recordOf("page", number);
    const { story } = await api.request<{ story: { kind: string; record?: number } }>("GET", `/v1/traces/${record}`);
    deepStrictEqual([story.kind, story.record], ["other", record]);
  },
  "by trace": async ({ api, expected, number }) => {
    const { records } = await api.request<{ records: { sequence: number }[] }>("GET", `/v1/traces/${expected.trace(number)}`);
    deepStrictEqual(
      records.map(({ sequence }) => sequence),
      [expected.recordOf("visitor", number), expected.recordOf("page", number)],
    );
  },
  "20 newest of an entity": async ({ api, expected, number }) => {
    const address = expected.addressOf("page", number);
    const { items } = await get<{ items: { sequence: number }[] }>(api, "/v1/history", { ...address, limit: 20 });
    strictEqual(items[0]?.sequence, expected.recordOf("page", expected.newestOf(number)));
  },
  "state as of a sequence": async (asked) => {
    const record = asked.expected.recordOf("page", asked.number);
    const { values } = await asOf(asked, { sequence: record });
    strictEqual(values[0]?.value?.sizeBytes, 32);
  },
  "state as of a time": async (asked) => {
    const { expected, number } = asked;
    const { values } = await asOf(asked, { atMs: expected.endedMs(expected.epochOfPage(number)) });
    strictEqual(values[0]?.value?.sizeBytes, 32);
  },
  "mailbox and timers as of": async (asked) => {
    const sent = asked.expected.sentBy(asked.number);
    const { waiting } = await asOf(asked, { sequence: sent });
    deepStrictEqual(
      waiting?.messages.map(({ sequence }) => sequence),
      [sent],
    );
  },
  "a moment by its time": async ({ api, expected, number }) => {
    const atMs = expected.endedMs(expected.epochOfPage(number));
    const { recordMs } = await get<{ recordMs: number | null }>(api, "/v1/past/moment", { atMs });
    strictEqual(recordMs, atMs);
  },
  "200 records of a moment": async ({ api, expected, number }) => {
    const toMs = expected.endedMs(expected.epochOfPage(number));
    const { rows } = await get<{ rows: unknown[] }>(api, "/v1/past/records", { fromMs: toMs - 1_000, toMs, limit: 200 });
    strictEqual(rows.length, 200);
  },
  "timeline of 24 h": async ({ api, nowMs }) => {
    const { values } = await get<{ values: Record<string, unknown[]> }>(api, "/v1/rollups", {
      fromMs: nowMs - dayMs,
      toMs: nowMs,
      stepMs: 60_000,
    });
    strictEqual(
      Object.values(values).every((column) => column.length >= 1_440),
      true,
    );
  },
  "50 newest traces": async ({ api }) => {
    const { items } = await get<{ items: unknown[] }>(api, "/v1/traces", { limit: 50 });
    strictEqual(items.length, 50);
  },
  // One in ten fits. An answer that has looked for long enough ends early, with a cursor.
  "entities by filter": async ({ api, number }) => {
    const filter = `id.endsWith("${number % 10}")`;
    const { items } = await get<{ items: unknown[] }>(api, "/v1/entities/rows", { type: pastTypes.page, filter, limit: 50 });
    strictEqual(items.length > 0, true);
  },
};
