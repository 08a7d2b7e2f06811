/**
 * One module whose functions run in every placement and send to each other: remote HTTP, remote gRPC, a process over its socket and embedded code.
 * Each message is counted once everywhere, while the gateway and the co-located process are killed with -9.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const rounds = 30;
const ids = ["ada", "ben", "cyd"];
const path = ["process", "inside", "remote", "stream", "inside", "process"];
/** By namespace, how often one message passes. */
const passes = { remote: 2, process: 2, inside: 2, stream: 1 };

function moduleYaml({ http, grpc }: { http: string; grpc: string }): string {
  const script = (name: string): string => join(repositoryRoot, "e2e/functions", name);
  return `kind: io.statefun.endpoints.v2/http
spec: { functions: remote/*, urlPathTemplate: "${http}" }
---
kind: io.statefun.endpoints.v2/http
spec: { functions: stream/*, urlPathTemplate: "${grpc}" }
---
kind: io.signalbox.endpoints.v1/process
spec:
  functions: process/*
  command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(script("relay-process.ts"))}]
  env:
    - NAMESPACE: process
---
kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: inside/*
  source:
    type: code
    code: |
      import { relay } from "${pathToFileURL(script("relay.ts")).href}";
      export const it = relay("inside");
`;
}

async function killProcess(gateway: Gateway): Promise<void> {
  const { processes } = await gateway.api.request<{ processes: { instances: { pid: number | null }[] }[] }>("GET", "/v1/processes");
  for (const { pid } of processes.flatMap(({ instances }) => instances)) if (pid !== null) process.kill(pid, "SIGKILL");
}

test("functions in every placement count each message once, under kill -9 of gateway and process", async () => {
  await using http = await Functions.start("e2e/functions/relay-process.ts", { env: { NAMESPACE: "remote" } });
  await using grpc = await Functions.start("e2e/functions/relay-process.ts", { env: { NAMESPACE: "stream", PROTOCOL: "grpc" } });
  await using gateway = await Gateway.start();
  await gateway.api.applyModule("mixed", moduleYaml({ http: http.url, grpc: `grpc://127.0.0.1:${grpc.port}` }));
  for (let round = 0; round < rounds; round++) {
    for (const id of ids)
      await gateway.api.send({ type: "remote/relay", id }, { path }, { valueType: "relay/hop", idempotencyKey: `${id}-${round}` });
    if (round % 10 === 4) await killProcess(gateway);
    if (round % 10 === 9) {
      await gateway.kill();
      await gateway.start();
    }
  }
  const counts = (): Promise<Record<string, unknown>> =>
    Promise.all(
      Object.keys(passes).flatMap((namespace) =>
        ids.map(async (id) => [`${namespace}/${id}`, await gateway.api.state({ type: `${namespace}/relay`, id }, "count")] as const),
      ),
    ).then(Object.fromEntries<unknown>);
  const wanted = Object.fromEntries(
    Object.entries(passes).flatMap(([namespace, times]) => ids.map((id) => [`${namespace}/${id}`, times * rounds])),
  );
  await until(async () => JSON.stringify(await counts()) === JSON.stringify(wanted), { what: "all counts", timeoutMs: 50_000 }).catch(
    () => undefined,
  );
  expect(await counts()).toEqual(wanted);
});
