/**
 * What a span costs: the thread that writes records picks it and hands it on, the exporting thread encodes it and sends it to a collector that takes everything.
 *   node bench/span-check.ts --spans 200000
 *   … --limit-us 2     ends with an error when either thread needs more CPU a span
 * One line of JSON, in microseconds of CPU of that thread alone, as the operating system counts it, so that who else uses the machine shifts it little. The
 * cheapest of five rounds counts. Neighbours: apps/gateway/src/telemetry is what is measured; e2e/telemetry sends to a real collector.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { headersText, traceHeaders, type EngineEvent } from "@signalbox/runtime";
import type { OtlpSettings } from "../apps/gateway/src/telemetry/otlp-queue.ts";
import type { OtlpThreadReport } from "../apps/gateway/src/telemetry/otlp-thread.ts";
import { spansPerDigestMax, TelemetryCollector } from "../apps/gateway/src/telemetry/telemetry-collector.ts";

const rounds = 5;
const digestsUnderWayMax = 4;
/** This is far above what the gateway's thread keeps, so nothing is dropped. */
const queueBytesMax = 512 * 1024 * 1024;

function number(name: string, text: string, least: number): number {
  const parsed = Number(text);
  if (Number.isFinite(parsed) && parsed >= least) return parsed;
  console.error(`span-check: --${name} takes a number from ${least} on, not "${text}"`);
  process.exit(2);
}

/** Runs a collector that takes everything, in a thread of its own. */
function takeEverything(): void {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/x-protobuf" }).end());
  });
  server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

/** Makes as many events as a digest holds, of different entities; half of them came with a trace context. */
function events(): EngineEvent[] {
  return Array.from({ length: spansPerDigestMax }, (_, at) => {
    const traceId = (at + 1).toString(16).padStart(32, "0");
    const headers = at % 2 === 0 ? undefined : headersText(traceHeaders(`00-${traceId}-${"b".repeat(16)}-01`, undefined));
    const address = { type: "shop/cart", id: `customer-${at}` };
    const value = { typename: "shop/added", sizeBytes: 200, bytes: new Uint8Array(200) };
    const message = { sequence: at + 1, trace: at + 1, caller: undefined, target: address, value, atMs: 1_795_000_000_000 + at, headers };
    return {
      kind: "invocation-ended",
      record: {
        sequence: at + 1,
        address,
        outcome: { kind: "completed" },
        epoch: 1,
        messages: [message],
        messagesTotal: 1,
        sent: [],
        delayed: [],
        egress: [],
        state: [],
        attempts: 1,
        startedMs: message.atMs + 1,
        endedMs: message.atMs + 4,
        endpoint: "shop/*",
      },
    };
  });
}

/** Returns the microseconds of CPU of this thread. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

function hear(collector: TelemetryCollector, all: readonly EngineEvent[]): number {
  const before = cpu();
  for (const event of all) collector.on(event);
  return cpu() - before;
}

/** Measures an event of which nothing is exported. */
function unpicked(watch: TelemetryCollector["watch"], { all, spans }: { all: readonly EngineEvent[]; spans: number }): number {
  const collector = new TelemetryCollector();
  collector.watch = watch;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    let used = 0;
    for (let told = 0; told < spans; told += all.length) used += hear(collector, all);
    least = Math.min(least, used / spans);
  }
  return least;
}

class Exporter {
  readonly #thread: Worker;
  readonly #online: Promise<void>;
  #underWay = 0;
  #sent = 0;
  #heard: (() => void) | undefined;

  constructor(endpoint: string) {
    const settings: OtlpSettings = {
      endpoint,
      headers: {},
      timeoutMs: 10_000,
      queueBytesMax,
      retryMs: { base: 500, max: 30_000 },
      flushMs: 1_000,
      resource: { version: "0", attributes: [["service.name", "span-check"]] },
    };
    this.#thread = new Worker(new URL("../apps/gateway/src/telemetry/otlp-thread.ts", import.meta.url), { workerData: settings });
    this.#online = new Promise((resolve) => this.#thread.once("online", resolve));
    this.#thread.on("message", ({ taken, counts, problem }: OtlpThreadReport) => {
      if (problem !== undefined || counts.droppedSpans > 0) throw new Error(problem ?? `${counts.droppedSpans} spans were dropped`);
      this.#underWay -= taken;
      this.#sent = counts.sentSpans;
      this.#heard?.();
    });
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo())
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
  }

  /** Returns both threads' microseconds a span. */
  async round(all: readonly EngineEvent[], spans: number): Promise<{ pick: number; send: number }> {
    const collector = new TelemetryCollector();
    collector.watch = { ratio: 1, slowMs: Number.POSITIVE_INFINITY, salt: "span-check" };
    await this.#online;
    const sentBefore = this.#sent;
    const before = await this.#thread.cpuUsage();
    let used = 0;
    let told = 0;
    for (; told < spans; told += all.length) {
      await this.#until(() => this.#underWay < digestsUnderWayMax);
      used += hear(collector, all);
      const handing = cpu();
      this.#thread.postMessage(collector.take());
      used += cpu() - handing;
      this.#underWay++;
    }
    await this.#until(() => this.#sent - sentBefore >= told);
    const after = await this.#thread.cpuUsage(before);
    return { pick: used / told, send: (after.user + after.system) / told };
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { spans: { type: "string", default: "200000" }, "limit-us": { type: "string" } } });
  const spans = number("spans", values.spans, spansPerDigestMax);
  const limit = values["limit-us"] === undefined ? undefined : number("limit-us", values["limit-us"], 0);
  const all = events();
  const sink = new Worker(new URL(import.meta.url));
  const port = await new Promise<number>((resolve) => sink.once("message", resolve));
  const exporter = new Exporter(`http://127.0.0.1:${port}`);
  let [pick, send] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    const found = await exporter.round(all, spans);
    pick = Math.min(pick, found.pick);
    send = Math.min(send, found.send);
  }
  await exporter.close();
  await sink.terminate();
  const figures = {
    spans,
    recordingThreadMicroseconds: rounded(pick),
    exportingThreadMicroseconds: rounded(send),
    notSampledMicroseconds: rounded(unpicked({ ratio: 1e-12, slowMs: Number.POSITIVE_INFINITY, salt: "span-check" }, { all, spans })),
    offMicroseconds: rounded(unpicked(undefined, { all, spans })),
    loadAverage: loadavg()[0],
  };
  console.log(JSON.stringify(figures));
  if (limit !== undefined && Math.max(pick, send) > limit) {
    console.error(`span-check: a span costs more than ${limit} µs of a thread`);
    process.exitCode = 1;
  }
}

function rounded(microseconds: number): number {
  return Math.round(microseconds * 1_000) / 1_000;
}

if (isMainThread) await main();
else takeEverything();
