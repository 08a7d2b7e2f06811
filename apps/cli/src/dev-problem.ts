/**
 * whyNotUp: whether the newest process of an endpoint came up after its module was applied, and if not, what the gateway says of it and
 * what it printed last. Neighbour: dev-functions.ts.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { GatewayClient } from "./call-gateway.ts";
import { CliError } from "./exit-codes.ts";

const askedEveryMs = 200;
/** The gateway gives a process 30 s to listen, and this waits a little longer. */
const askedMsMax = 35_000;
/** How long to ask when no process is reported, as to a caller who may not know. */
const unknownMsMax = 2_000;
const linesMax = 20;

export interface Instance {
  readonly generation: number;
  readonly serves: boolean;
  readonly state: string;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

interface Processes {
  readonly processes: readonly { readonly endpoint: string; readonly instances: readonly Instance[] }[];
}

interface Output {
  readonly lines: readonly { readonly stream: string; readonly text: string; readonly atMs: number }[];
}

/** Returns the newest process of the endpoint; undefined when it has none, or the caller may not know. */
export async function newestProcess(client: GatewayClient, endpoint: string): Promise<Instance | undefined> {
  try {
    const { processes } = (await client.json({ method: "GET", path: "/v1/processes" })) as Processes;
    const instances = processes.find((one) => one.endpoint === endpoint)?.instances ?? [];
    return instances.toSorted((left, right) => right.generation - left.generation)[0];
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

/**
 * `before` is the newest process until the module was applied. Returns undefined when the one after it serves, the caller may not know, or
 * something newer has to be checked.
 */
export async function whyNotUp(
  client: GatewayClient,
  endpoint: string,
  { before, isStale }: { before: Instance | undefined; isStale: () => boolean },
): Promise<string | undefined> {
  const until = performance.now() + askedMsMax;
  while (!isStale() && performance.now() < until) {
    const newest = await newestProcess(client, endpoint);
    if (newest !== undefined && newest.generation > (before?.generation ?? -1)) {
      if (newest.serves && newest.state === "running") return undefined;
      if (newest.problem !== null)
        return `${newest.problem.code}: ${newest.problem.message}\n${await lastLines(client, endpoint)}`.trimEnd();
    }
    if (newest === undefined && before === undefined && performance.now() > until - askedMsMax + unknownMsMax) return undefined;
    await delay(askedEveryMs);
  }
  return undefined;
}

async function lastLines(client: GatewayClient, endpoint: string): Promise<string> {
  const { lines } = (await client.json({ method: "GET", path: "/v1/processes/output", query: { endpoint, after: 0 } })) as Output;
  return lines
    .filter(({ stream }) => stream === "error")
    .slice(-linesMax)
    .map(({ text }) => `  ${text}`)
    .join("\n");
}
