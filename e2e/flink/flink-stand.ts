/** FlinkStand: a real cluster, a gateway on it and the greeter on the official JavaScript SDK; what went in and what came out, counted by the test itself. */
import { randomUUID } from "node:crypto";
import { whyNoJava } from "@signalbox/flink";
import { freePorts } from "../stack/child.ts";
import { FlinkCluster } from "../stack/flink-cluster.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

export const whyNoFlink = whyNoJava(process.env);
/** Appended to the name of a suite. */
export const skipped = whyNoFlink === undefined ? "" : ` (skipped: ${whyNoFlink})`;

export interface Greeting {
  readonly text: string;
  readonly visits: number;
}

const senders = 32;
const pageRecords = 1_000;

/** The cluster that a gateway runs on: flink-cluster.ts, flink-processes.ts. */
export interface TestCluster extends AsyncDisposable {
  readonly url: string;
  /** The last output of its processes. */
  readonly output: string;
  rest(path: string): Promise<unknown>;
}

/** The port for the cluster stays the same when the gateway starts again. */
export async function gatewayOn({ url }: Pick<TestCluster, "url">, env: Record<string, string> = {}): Promise<Gateway> {
  const [door = 0] = await freePorts(1);
  return Gateway.start({
    SIGNALBOX_RUNTIME: "flink",
    SIGNALBOX_FLINK_URL: url,
    SIGNALBOX_FLINK_PORT: String(door),
    SIGNALBOX_FLINK_CHECKPOINT_INTERVAL_MS: "500",
    ...env,
  });
}

export class FlinkStand<Cluster extends TestCluster = FlinkCluster> implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly functions: Functions;
  readonly gateway: Gateway;

  private constructor(cluster: Cluster, functions: Functions, gateway: Gateway) {
    this.cluster = cluster;
    this.functions = functions;
    this.gateway = gateway;
  }

  static async start(env: Record<string, string> = {}): Promise<FlinkStand> {
    return FlinkStand.on(await FlinkCluster.start(), env);
  }

  static async on<Cluster extends TestCluster>(cluster: Cluster, env: Record<string, string> = {}): Promise<FlinkStand<Cluster>> {
    const functions = await Functions.start("examples/greeter-javascript/functions.js");
    return new FlinkStand(cluster, functions, await gatewayOn(cluster, env));
  }

  module(more = ""): string {
    return `kind: io.statefun.endpoints.v2/http
spec:
  functions: example/*
  urlPathTemplate: ${this.functions.url}
---
kind: io.signalbox.v1/egress
spec:
  id: example/greetings
${more}`;
  }

  async apply(yaml: string): Promise<{ status: number; body: string }> {
    const headers = { "content-type": "application/yaml" };
    const answer = await fetch(`${this.gateway.url}/v1/modules/greeter`, { method: "PUT", body: yaml, headers });
    return { status: answer.status, body: await answer.text() };
  }

  /**
   * Sends each one until it is accepted, under a key of its own, so that a gateway that is killed meanwhile may get it twice but counts it
   * once.
   */
  async send(ids: readonly string[]): Promise<void> {
    const left = [...ids];
    const sender = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) await this.#sendOne(id);
    };
    await Promise.all(Array.from({ length: senders }, sender));
  }

  async #sendOne(id: string): Promise<void> {
    const headers = { "content-type": "application/json", "idempotency-key": randomUUID() };
    const send = async (): Promise<boolean> => {
      const answer = await fetch(`${this.gateway.url}/v1/messages/example/person/${id}`, { method: "POST", body: '"hi"', headers });
      await answer.text();
      return answer.ok;
    };
    await until(() => send().catch(() => false), { what: `a message to ${id} to be accepted`, timeoutMs: 180_000, everyMs: 50 });
  }

  /** Returns everything that came out so far, in order. */
  async greetings(): Promise<Greeting[]> {
    const found: Greeting[] = [];
    for (let after = 0; ; ) {
      const answer = await fetch(`${this.gateway.url}/v1/egresses/example/greetings?after=${after}&limit=${pageRecords}`);
      // No module declares it yet.
      if (answer.status === 404) return found;
      const { records } = (await answer.json()) as { records: { sequence: number; value: Greeting }[] };
      found.push(...records.map(({ value }) => value));
      const last = records.at(-1);
      if (last === undefined || records.length < pageRecords) return found;
      after = last.sequence;
    }
  }

  /** Resolves when at least this many came out. */
  async came(count: number, timeoutMs = 180_000): Promise<void> {
    await until(async () => (await this.waiting()) >= count, {
      what: `${count} greetings to come out`,
      said: () => `${this.cluster.output}\ngateway:\n${this.gateway.output}`,
      timeoutMs,
      everyMs: 100,
    });
  }

  async waiting(): Promise<number> {
    const rows = await this.gateway.api.egresses().catch(() => []);
    return rows.find(({ id }) => id === "example/greetings")?.waitingRecords ?? 0;
  }

  /** Lists the jobs that have not ended. */
  async jobs(): Promise<{ jid: string; name: string; state: string }[]> {
    const { jobs } = (await this.cluster.rest("/jobs/overview")) as { jobs: { jid: string; name: string; state: string }[] };
    return jobs.filter(({ state }) => !["CANCELED", "FAILED", "FINISHED"].includes(state));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.functions[Symbol.asyncDispose]();
    await this.cluster[Symbol.asyncDispose]();
  }
}

/** Checks that the visits of each person are 1, 2, 3, … up to how often it was sent to, each once. */
export function judge(sent: readonly string[], greetings: readonly Greeting[]): { lost: number; doubled: number } {
  const wanted = new Map<string, number>();
  for (const id of sent) wanted.set(id, (wanted.get(id) ?? 0) + 1);
  const seen = new Map<string, number>();
  for (const { text, visits } of greetings) {
    const name = /(?:Welcome |again, )(\w+)/.exec(text)?.[1] ?? "";
    const key = `${name} ${visits}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  let lost = 0;
  for (const [id, count] of wanted) for (let visit = 1; visit <= count; visit++) if (!seen.has(`${id} ${visit}`)) lost++;
  const distinct = sent.length - lost;
  return { lost, doubled: greetings.length - distinct };
}
