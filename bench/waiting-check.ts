/**
 * How much memory it takes that many entities wait (G6): functions call so many into being whose endpoint is down; the gateway answers /health
 * meanwhile, is killed with kill -9, starts again, and serves each of them once when the endpoint is back.
 *   node bench/waiting-check.ts --entities 5000000
 *   … --limit-mb 512     ends with an error when the gateway has ever had more than this that is no file
 *   … --cgroup <folder>  the gateway lives in this cgroup of Linux, whose limit is set; the folder above it takes everything else
 * One line of JSON; memory from Linux's /proc. Neighbours: e2e/overload/fan-out.test.ts is the same as a test, small.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { Adder } from "../e2e/overload/adder.ts";
import { Ledger } from "../e2e/overload/ledger.ts";
import { drained } from "../e2e/overload/overload-run.ts";
import { publishAll } from "../e2e/overload/publish.ts";
import { endpointYaml, Functions } from "../e2e/stack/functions.ts";
import { Gateway } from "../e2e/stack/gateway.ts";
import { until } from "../e2e/stack/until.ts";
import { percentiles } from "./load/load.ts";
import { residentMegabytes } from "./process-usage.ts";

const entitiesAMessage = 1_000;
const watchEveryMs = 100;
const stepMsMax = 3 * 3_600_000;

const { values } = parseArgs({
  options: { entities: { type: "string", default: "500000" }, "limit-mb": { type: "string" }, cgroup: { type: "string" } },
});

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  console.error(`waiting-check: --${name} takes a whole number from ${least} on, not "${text}"`);
  process.exit(2);
}

const entities = wholeNumber("entities", values.entities, entitiesAMessage);
const limitMegabytes = values["limit-mb"] === undefined ? undefined : wholeNumber("limit-mb", values["limit-mb"], 1);

/** Asks /health and reads the memory of the gateway all the time. */
class Watch implements AsyncDisposable {
  private readonly gateway: Gateway;
  private readonly latenciesMs: number[] = [];
  private readonly ended: Promise<void>;
  private peakMegabytes = 0;
  private peakAnonymous = 0;
  private ending = false;

  constructor(gateway: Gateway) {
    this.gateway = gateway;
    this.ended = this.run();
  }

  figures(): Record<string, number | undefined> {
    const { p50Ms, p99Ms } = percentiles(this.latenciesMs);
    return {
      peakMegabytes: this.peakMegabytes,
      peakAnonymousMegabytes: this.peakAnonymous,
      healthAsked: this.latenciesMs.length,
      healthP50Ms: p50Ms === undefined ? undefined : Math.round(p50Ms),
      healthP99Ms: p99Ms === undefined ? undefined : Math.round(p99Ms),
      loadAverage: loadavg()[0],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ending = true;
    await this.ended;
    if (limitMegabytes === undefined || this.peakAnonymous <= limitMegabytes) return;
    console.error(`the gateway had ${this.peakAnonymous} MB that are no file; the limit is ${limitMegabytes} MB`);
    process.exitCode = 1;
  }

  private async run(): Promise<void> {
    while (!this.ending) {
      const startedMs = performance.now();
      const response = await fetch(`${this.gateway.url}/health`);
      const said = await response.text();
      if (!response.ok) throw new Error(`/health answered ${response.status}: ${said}`);
      this.latenciesMs.push(performance.now() - startedMs);
      const { peak = 0, anonymous = 0 } = residentMegabytes(this.gateway.pid) ?? {};
      this.peakMegabytes = Math.max(this.peakMegabytes, peak);
      this.peakAnonymous = Math.max(this.peakAnonymous, anonymous);
      await new Promise((done) => setTimeout(done, watchEveryMs));
    }
  }
}

/** Starts a process in the cgroup, because a process begins in the cgroup of the one that starts it. */
async function inCgroup<T>(start: () => Promise<T>): Promise<T> {
  const { cgroup } = values;
  if (cgroup === undefined) return start();
  const move = (folder: string): void => writeFileSync(join(folder, "cgroup.procs"), String(process.pid));
  move(cgroup);
  try {
    return await start();
  } finally {
    move(dirname(cgroup));
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return Math.round((performance.now() - startedMs) / 10) / 100;
}

async function fill(gateway: Gateway): Promise<void> {
  const messages = Array.from({ length: Math.floor(entities / entitiesAMessage) }, (_, index) => ({
    entity: index % 50,
    value: Buffer.from(`${index * entitiesAMessage} ${entitiesAMessage}`),
  }));
  await publishAll(`127.0.0.1:${gateway.grpcPort}`, { producer: "source", type: "source/fan", messages });
  const waits = async (): Promise<boolean> => {
    const { waiting, inFlight } = await gateway.api.summary();
    return waiting >= messages.length * entitiesAMessage && inFlight <= 1;
  };
  await until(waits, { what: `${entities} messages to wait`, timeoutMs: stepMsMax, everyMs: 500 });
  // Its acknowledgement says that everything before it is on disk; this message wakes no entity.
  const mark = [{ entity: 0, value: Buffer.from("0 0") }];
  await publishAll(`127.0.0.1:${gateway.grpcPort}`, { producer: "mark", type: "source/fan", messages: mark });
}

const result: Record<string, unknown> = {};

/** Prints each step as it ends, because a run takes long. */
function told(step: string, figures: Record<string, unknown>): void {
  result[step] = figures;
  console.error(step, JSON.stringify(figures));
}

await using dead = await Adder.down();
await using source = await Functions.start("e2e/functions/fan-out.ts");
await using gateway = await inCgroup(() => Gateway.start({ SIGNALBOX_LOG_LEVEL: "error", SIGNALBOX_PARTITIONS: "1" }));
await gateway.api.applyModule("dead", endpointYaml("dead/*", dead.url));
await gateway.api.applyModule("source", endpointYaml("source/*", source.url));
const count = Math.floor(entities / entitiesAMessage) * entitiesAMessage;
{
  await using watch = new Watch(gateway);
  const seconds = await timed(() => fill(gateway));
  told("filled", { seconds, ...watch.figures() });
}
await gateway.kill();
{
  const seconds = await timed(() => inCgroup(() => gateway.start()));
  told("startedAgain", { seconds, ...residentMegabytes(gateway.pid), waiting: (await gateway.api.summary()).waiting });
  await using watch = new Watch(gateway);
  await dead.functions.start();
  const drainSeconds = await timed(() => drained(gateway, stepMsMax));
  told("drained", { seconds: drainSeconds, ...watch.figures() });
}
const ledger = new Ledger("dead/adder", count);
for (let entity = 0; entity < count; entity++) ledger.add(entity, entity);
const { processed, wrongEntities, waiting } = await ledger.audit(gateway);
console.log(JSON.stringify({ entities: count, limitMegabytes, ...result, served: processed, wrongEntities, waiting }, null, 2));
if (processed !== count || wrongEntities > 0 || waiting > 0) process.exitCode = 1;
