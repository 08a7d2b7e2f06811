/**
 * A collector of OpenTelemetry that is hostile, on a real gateway: it never answers, resets, redirects elsewhere, answers without end,
 * switches protocols. Messages go on, health says what is wrong, the header with the key goes nowhere else, and what it did not take is
 * counted.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../stack/until.ts";
import { AttackStand, bearer } from "./attack-stand.ts";

let stand: AttackStand;
let collector: Server;
let elsewhere: Server;
let sender = "";
let answer: RequestListener;
const heardElsewhere: string[] = [];

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  answer = (_request, response) => void response.end();
  collector = createServer((request, response) => {
    request.on("error", () => undefined).resume();
    request.on("end", () => answer(request, response));
  });
  elsewhere = createServer((request, response) => {
    heardElsewhere.push(JSON.stringify(request.headers));
    response.end();
  });
  stand = await AttackStand.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: await listening(collector),
    OTEL_EXPORTER_OTLP_HEADERS: "x-key=only-for-the-collector",
    OTEL_EXPORTER_OTLP_TIMEOUT: "1000",
    SIGNALBOX_OTEL_SAMPLE_PERCENT: "100",
  });
  sender = (await stand.token([{ role: "sender", namespace: "example" }])).token;
}, 120_000);
afterAll(async () => {
  await stand?.[Symbol.asyncDispose]();
  for (const server of [collector, elsewhere]) {
    server.closeAllConnections();
    server.close();
  }
});

interface Telemetry {
  readonly state: string;
  readonly problem: string | null;
  readonly counts: Record<"sentSpans" | "refusedSpans" | "droppedSpans", number>;
}

async function telemetry(): Promise<Telemetry> {
  return (await stand.made<{ telemetry: Telemetry }>("/health", {})).telemetry;
}

async function send(count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const answered = await stand.ask(`/v1/messages/example/person/p${at}`, { body: "hello", headers: bearer(sender) });
    expect(answered.status).toBe(202);
  }
}

test.each<[string, () => Promise<RequestListener>, RegExp]>([
  ["never answers", async () => () => undefined, /no answer within 1000 ms/],
  ["resets", async () => (request) => void request.socket.resetAndDestroy(), /ECONNRESET|socket hang up/],
  [
    "switches to another protocol",
    async () => (request) => void request.socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
    /switched to a protocol/,
  ],
  [
    "redirects to another host",
    async () => {
      const location = await listening(elsewhere);
      return (_request, response) => void response.writeHead(307, { location }).end();
    },
    /answered 307/,
  ],
  [
    "answers without end",
    async () => (_request, response) => {
      const chunk = "x".repeat(65_536);
      const more = (): void => void response.write(chunk, (error) => (error ? undefined : more()));
      more();
    },
    /more than 65536 bytes/,
  ],
])("a collector that %s costs a bounded queue: messages go on, health says why, and it recovers", async (_what, hostile, problem) => {
  answer = await hostile();
  await send(5);
  const { state } = await until(
    async () => {
      const now = await telemetry();
      return problem.test(now.problem ?? "") && now;
    },
    { what: `health to say ${String(problem)}`, timeoutMs: 45_000 },
  );
  expect(state).toBe("failing");
  expect(await (await stand.ask("/health", { headers: { cookie: stand.admin } })).text()).not.toContain("only-for-the-collector");
  await send(5);
  answer = (_request, response) => void response.end();
  const { sentSpans } = (await telemetry()).counts;
  await send(5);
  await until(async () => (await telemetry()).state === "exporting" && (await telemetry()).counts.sentSpans > sentSpans, {
    what: "the queue to go on",
    timeoutMs: 45_000,
  });
  expect(heardElsewhere).toEqual([]);
  expect(stand.gateway.output).not.toContain("only-for-the-collector");
});
