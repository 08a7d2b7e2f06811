import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placesOf } from "@signalbox/engine";
import type { EndpointView } from "@signalbox/runtime";
import type { AlertRuleRecord, CauseRecord } from "../../src/catalog/catalog.ts";
import type { InvariantRow } from "../../src/contract/entities/invariants.ts";
import { AlertCalls } from "../../src/services/alerts/alert-calls.ts";
import { AlertWatch } from "../../src/services/alerts/alert-watch.ts";

let server: Server;
let url: string;
let heard: Record<string, unknown>[];
let statuses: number[];
let calls: AlertCalls;
let watch: AlertWatch;
let breaker: EndpointView["breaker"];
let waiting: number;
let opened: (cause: CauseRecord) => void;
let violated: (row: InvariantRow) => void;
const rows = new Map<string, AlertRuleRecord>();
let secrets: Record<string, string>;
let paths: string[];
let authorizations: (string | undefined)[];

beforeEach(async () => {
  heard = [];
  paths = [];
  authorizations = [];
  statuses = [];
  breaker = "closed";
  waiting = 0;
  rows.clear();
  server = createServer((request, response) => {
    paths.push(request.url ?? "");
    authorizations.push(request.headers.authorization);
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      heard.push(JSON.parse(body) as Record<string, unknown>);
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`;
  secrets = { "secret.HOOK": "secret-path" };
  calls = new AlertCalls({ places: placesOf([]), variables: () => secrets, draw: () => 0, warn: () => undefined });
  watch = new AlertWatch({
    catalog: {
      list: async () => [...rows.values()],
      put: async (rule) => void rows.set(rule.id, rule),
      remove: async (id) => rows.delete(id),
    },
    engine: { endpoints: () => [{ spec: { id: "pay/*" }, breaker, breakerFailure: undefined } as EndpointView] },
    flow: { summary: () => ({ waiting, p99Ms: null }) as never },
    failures: { onOpened: (listener) => (opened = listener) },
    invariants: { onViolated: (listener) => (violated = listener) },
    calls,
    variables: () => secrets,
    nowMs: () => 1_795_862_400_000,
  });
  await watch.load();
});
afterEach(async () => {
  watch.close();
  await calls.close();
  server.close();
});

const rule = (kind: AlertRuleRecord["kind"], threshold?: number) => ({ name: "ops", kind, threshold, url, enabled: true, by: "mira" });
const cause = {
  fingerprint: "f1",
  title: "TypeError",
  message: "m",
  where: "pay/payment",
  state: "open",
  firstModule: "pay",
  firstRevision: 7,
};

describe("an alert", () => {
  it.each(["http://[x", "http://a:99999/", "https://%zz/", "http://a b/", "http://a/${secret.HOOK}:99999999/ü", "http://\u0000/"])(
    "whose URL is %s is refused before it is kept, or called, and the list stays readable",
    async (wrong) => {
      const put = watch.put({ ...({ name: "n", kind: "waiting-over", threshold: 1, enabled: true, by: "ada" } as const), url: wrong });
      if (!URL.canParse(wrong)) await expect(put).rejects.toMatchObject({ code: "INVALID_REQUEST" });
      else await put;
      expect(rows.size).toBe(URL.canParse(wrong) ? 1 : 0);
      expect(watch.list()).toHaveLength(rows.size);
    },
  );

  it("that an older release kept without a usable URL says so, and ends nothing", async () => {
    const kept = { id: "old", name: "old", kind: "breaker-opens", threshold: undefined, url: "http://[x", header: undefined } as const;
    rows.set("old", { ...kept, enabled: true, by: "ada", createdMs: 1 });
    await watch.load();
    breaker = "open";
    watch.look();
    await expect.poll(() => watch.list()[0]?.last?.what).toMatch(/none that can be called/);
    expect(watch.list()[0]).toMatchObject({ place: "no URL", waiting: 0 });
  });

  it("sends a secret that ends in half a character in the form that a URL gives it", async () => {
    secrets = { "secret.HOOK": "a\ud800" };
    const row = await watch.put({
      name: "n",
      kind: "breaker-opens",
      threshold: undefined,
      enabled: true,
      by: "ada",
      url: url.replace("secret-path", "${secret.HOOK}"),
    });
    expect(await watch.test(row.id)).toMatchObject({ delivered: true });
    expect(paths).toEqual(["/a%EF%BF%BD"]);
  });

  it("reports a cause that opens, with its known facts", async () => {
    await watch.put(rule("failure-opens"));
    opened(cause as unknown as CauseRecord);
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toMatchObject({
      source: "signalbox",
      event: "failure-opens",
      alert: "ops",
      at: "2026-11-28T10:40:00.000Z",
      text: "TypeError in pay/payment: m",
      fingerprint: "f1",
      module: "pay",
      revision: 7,
    });
    await expect.poll(() => watch.list()[0]?.last).toMatchObject({ delivered: true, what: "taken" });
  });
  it("reports an invariant that is violated, with the invocation that violated it", async () => {
    await watch.put(rule("invariant-violated"));
    const first = { sequence: 42, type: "bank/account", id: "eve", trace: 12, atMs: 1, what: "completed", before: "100", after: "23" };
    violated({ id: "i1", name: "money", status: { kind: "violated", first, sinceMs: 1 } } as unknown as InvariantRow);
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toMatchObject({
      event: "invariant-violated",
      text: "The invariant “money” is violated, first by #42 of bank/account/eve",
      invariant: "i1",
      first: { trace: 12 },
    });
  });
  it("reports each breaker once when it opens, and again when it opens again", async () => {
    await watch.put(rule("breaker-opens"));
    for (const state of ["open", "probing", "open", "closed", "open"] as const) {
      breaker = state;
      watch.look();
    }
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[0]).toMatchObject({ event: "breaker-opens", endpoint: "pay/*" });
  });
  it("fires when its line is crossed, once, and is armed again well below it", async () => {
    await watch.put(rule("waiting-over", 100));
    for (const value of [100, 101, 500, 90, 101, 79, 101]) {
      waiting = value;
      watch.look();
    }
    await expect.poll(() => heard.length).toBe(2);
    expect(heard.map(({ value }) => value)).toEqual([101, 101]);
    expect(watch.list()[0]?.firing).toBe(true);
  });
  it("is tried again when the other side fails, a bounded number of times, and not when it refuses", async () => {
    const { id } = await watch.put(rule("failure-opens"));
    statuses = [503];
    opened(cause as unknown as CauseRecord);
    await expect.poll(() => watch.list()[0]?.last).toMatchObject({ delivered: true, what: "taken, attempt 2" });
    expect(watch.list()[0]?.waiting).toBe(0);
    statuses = [404];
    expect(await watch.test(id)).toMatchObject({ delivered: false, what: "it answered 404: nothing is at the URL" });
    expect(heard).toHaveLength(3);
  });
  it("has a test that calls at once and reports the outcome", async () => {
    const { id } = await watch.put(rule("failure-opens"));
    expect(await watch.test(id)).toMatchObject({ delivered: true });
    expect(heard[0]).toMatchObject({ event: "test" });
  });
  it("calls no place that is forbidden to endpoints", async () => {
    const { id } = await watch.put({ ...rule("failure-opens"), url: "http://169.254.169.254/latest/meta-data" });
    expect(await watch.test(id)).toMatchObject({ delivered: false });
    expect(heard).toEqual([]);
  });
  it("is called with the secret that its URL names, as it is then, and says when the secret is gone", async () => {
    const named = { ...rule("failure-opens"), url: url.replace("secret-path", "T1/${secret.HOOK}?from=a") };
    const { id } = await watch.put(named);
    expect(rows.get(id)?.url).toContain("${secret.HOOK}");
    expect((await watch.test(id)).delivered).toBe(true);
    secrets = { "secret.HOOK": "B2/new one" };
    await watch.test(id);
    expect(paths).toEqual(["/T1/secret-path?from=a", "/T1/B2/new%20one?from=a"]);
    expect(watch.naming("HOOK")).toEqual(["ops"]);
    secrets = {};
    expect(await watch.test(id)).toMatchObject({
      delivered: false,
      what: "${secret.HOOK} in the URL names no secret that is there and can be opened.",
    });
    await expect(watch.put(named)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(watch.put({ ...named, url: "https://${secret.HOOK}/x" })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });

  it("sends the header that it has, with the secret as it is then, and shows its name alone", async () => {
    secrets = { "secret.HOOK": "one" };
    const named = { ...rule("failure-opens"), header: "Authorization: Bearer ${secret.HOOK}" };
    const { id, ...shown } = await watch.put(named);
    expect(shown).toMatchObject({ header: "Authorization" });
    expect(JSON.stringify(watch.list())).not.toContain("Bearer");
    expect(rows.get(id)?.header).toBe("Authorization: Bearer ${secret.HOOK}");
    expect(watch.naming("HOOK")).toEqual(["ops"]);
    await watch.test(id);
    secrets = { "secret.HOOK": "two/three" };
    opened(cause as unknown as CauseRecord);
    await expect.poll(() => authorizations).toEqual(["Bearer one", "Bearer two/three"]);
    secrets = { "secret.HOOK": "two\r\nx: y" };
    expect(await watch.test(id)).toMatchObject({ delivered: false, what: expect.stringContaining("printable ASCII alone") });
    secrets = {};
    expect(await watch.test(id)).toMatchObject({ delivered: false, what: expect.stringContaining("${secret.HOOK} in the header") });
    expect(heard).toHaveLength(2);
  });

  it("keeps its header when it is changed without one, sends it to no other place, and drops it when told to", async () => {
    const { id } = await watch.put({ ...rule("failure-opens"), header: "X-Key: abc" });
    const { url: _url, ...same } = rule("failure-opens");
    await watch.put({ ...same, id });
    await watch.put({ ...same, id, url: `${new URL(url).origin}/elsewhere` });
    expect(rows.get(id)?.header).toBe("X-Key: abc");
    await expect(watch.put({ ...same, id, url: "https://evil.example/" })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      where: "header",
    });
    await watch.put({ ...same, id, header: null });
    expect(rows.get(id)?.header).toBeUndefined();
  });

  it.each(["host: evil.example", "Content-Length: 9", "Bad Name: x", "X: a\nb"])("is refused with the header %j", async (header) => {
    await expect(watch.put({ ...rule("failure-opens"), header })).rejects.toMatchObject({ code: "INVALID_REQUEST", where: "header" });
    expect(rows.size).toBe(0);
  });

  it("shows only the host of its URL, and keeps the URL when it is changed without one", async () => {
    const { id, place } = await watch.put(rule("failure-opens"));
    expect(place).toBe(`${new URL(url).origin}/…`);
    await watch.put({ name: "night", kind: "failure-opens", threshold: undefined, enabled: false, by: "mira", id });
    expect(rows.get(id)).toMatchObject({ name: "night", enabled: false, url });
    opened(cause as unknown as CauseRecord);
    expect(heard).toEqual([]);
  });
  it("is refused without a URL, or without the threshold that it needs", async () => {
    await expect(watch.put({ ...rule("failure-opens"), url: undefined })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(watch.put(rule("p99-over"))).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(watch.remove("none")).rejects.toMatchObject({ code: "UNKNOWN_ALERT" });
  });
});
