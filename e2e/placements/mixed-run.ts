/**
 * runMixed(): one module whose functions run in every placement and send to each other: remote HTTP, remote gRPC, processes over a socket
 * (also Python on the official SDK), embedded in threads and in isolation. Each message must be counted once everywhere, while kill -9
 * takes the gateway, the co-located processes and the remote ones in turn. Neighbours: mixed.test.ts and `npm run crash -- --mixed` run it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const roundsAKill = 3;
const ids = ["ada", "ben", "cyd"];
export const python = process.env["SIGNALBOX_TEST_PYTHON"] ?? join(repositoryRoot, "examples/greeter-python/.venv/bin/python");
const script = (name: string): string => join(repositoryRoot, "e2e/functions", name);

interface Remote {
  readonly http: Functions;
  readonly grpc: Functions;
}

function moduleYaml({ http, grpc }: Remote, withPython: boolean): string {
  const relay = readFileSync(script("relay.ts"), "utf8").trimEnd().replaceAll("\n", "\n      ");
  const documents = [
    `kind: io.statefun.endpoints.v2/http
spec: { functions: remote/*, urlPathTemplate: "${http.url}" }`,
    `kind: io.statefun.endpoints.v2/http
spec: { functions: stream/*, urlPathTemplate: "grpc://127.0.0.1:${grpc.port}" }`,
    `kind: io.signalbox.endpoints.v1/process
spec:
  functions: process/*
  command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(script("relay-process.ts"))}]
  env:
    - NAMESPACE: process`,
    `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: inside/*
  source:
    type: code
    code: |
      import { relay } from "${pathToFileURL(script("relay.ts")).href}";
      export const it = relay("inside");`,
    `kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: alone/*
  isolation: isolated
  source:
    type: code
    code: |
      ${relay}
      export const it = relay("alone");`,
  ];
  if (withPython)
    documents.push(`kind: io.signalbox.endpoints.v1/process
spec:
  functions: python/*
  command: [${JSON.stringify(python)}, ${JSON.stringify(script("relay.py"))}]
  listen: port
  env:
    - NAMESPACE: python`);
  return `${documents.join("\n---\n")}\n`;
}

async function killProcesses(gateway: Gateway): Promise<void> {
  const { processes } = await gateway.api.request<{ processes: { instances: { pid: number | null }[] }[] }>("GET", "/v1/processes");
  for (const { pid } of processes.flatMap(({ instances }) => instances)) if (pid !== null) killListed(pid);
}

/** Kills the process; one that is listed may have ended since. */
function killListed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

const killed = ["the gateway", "what it has started", "the functions over HTTP", "the functions over gRPC"];

/** Kills in turn the gateway, what it has started, and the remote functions. */
async function kill(number: number, gateway: Gateway, { http, grpc }: Remote): Promise<void> {
  switch (number % 4) {
    case 0:
      await gateway.kill();
      return gateway.start();
    case 1:
      return killProcesses(gateway);
    case 2:
      await http.kill();
      return http.start();
    default:
      await grpc.kill();
      return grpc.start();
  }
}

export interface MixedOptions {
  readonly kills: number;
  readonly withPython: boolean;
  /** Messages that are sent once and expected twice, which the run must find. */
  readonly plant?: "double-send" | undefined;
  readonly log?: (line: string) => void;
}

export interface MixedReport {
  readonly messages: number;
  /** The counts by `namespace/id`. */
  readonly wanted: Readonly<Record<string, number>>;
  readonly found: Readonly<Record<string, unknown>>;
}

export async function runMixed({ kills, withPython, plant, log = () => undefined }: MixedOptions): Promise<MixedReport> {
  const path = ["process", "inside", "remote", "stream", ...(withPython ? ["python"] : []), "alone", "inside", "process"];
  const passes = new Map<string, number>();
  for (const namespace of ["remote", ...path]) passes.set(namespace, (passes.get(namespace) ?? 0) + 1);
  await using http = await Functions.start("e2e/functions/relay-process.ts", { env: { NAMESPACE: "remote" } });
  await using grpc = await Functions.start("e2e/functions/relay-process.ts", { env: { NAMESPACE: "stream", PROTOCOL: "grpc" } });
  await using gateway = await Gateway.start({ SIGNALBOX_ATTEMPTS_MAX: "100" });
  await gateway.api.applyModule("mixed", moduleYaml({ http, grpc }, withPython));
  const send = (id: string, key: string) =>
    gateway.api.send({ type: "remote/relay", id }, { path }, { valueType: "relay/hop", idempotencyKey: key });
  let sent = 0;
  for (let number = 0; number < kills; number++) {
    for (let round = 0; round < roundsAKill; round++, sent++) for (const id of ids) await send(id, `${id}-${sent}`);
    await kill(number, gateway, { http, grpc });
    log(`kill ${number + 1} of ${kills}: ${killed[number % killed.length] ?? ""}`);
  }
  if (plant === "double-send") await send(ids[0] ?? "", "planted");
  const counts = async (): Promise<Record<string, unknown>> => {
    const read = [...passes.keys()].flatMap((namespace) =>
      ids.map(async (id) => [`${namespace}/${id}`, await gateway.api.state({ type: `${namespace}/relay`, id }, "count")] as const),
    );
    return Object.fromEntries<unknown>(await Promise.all(read));
  };
  const wanted = Object.fromEntries([...passes].flatMap(([namespace, times]) => ids.map((id) => [`${namespace}/${id}`, times * sent])));
  await until(async () => JSON.stringify(await counts()) === JSON.stringify(wanted), { what: "all counts", timeoutMs: 60_000 }).catch(
    () => undefined,
  );
  return { messages: sent * ids.length, wanted, found: await counts() };
}
