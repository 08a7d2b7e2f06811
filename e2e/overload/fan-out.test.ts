/**
 * Functions call far more entities into being than may be in memory, and the endpoint of these is down: the gateway lives, answers, starts
 * again after kill -9, and works off each message once when the endpoint is back (G6). FAN_OUT_ENTITIES makes it larger than the test
 * needs.
 */
import { expect, test } from "vitest";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";
import { Adder } from "./adder.ts";
import { Ledger } from "./ledger.ts";
import { MemoryWatch, residentMegabytes } from "./memory-watch.ts";
import { drained } from "./overload-run.ts";
import { publishAll } from "./publish.ts";

const entities = Number(process.env["FAN_OUT_ENTITIES"] ?? 20_000);
const entitiesAMessage = 1_000;
const timeoutMs = 240_000 + entities / 2;

function report(line: string): void {
  if (entities > 100_000) console.log(line);
}

async function residents(gateway: Gateway): Promise<number> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^signalbox_resident_entities(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1]);
}

async function waitFor(gateway: Gateway, messages: number): Promise<void> {
  let slowestMs = 0;
  const reached = async (): Promise<boolean> => {
    const startedMs = performance.now();
    expect((await fetch(`${gateway.url}/health`)).ok).toBe(true);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    const { waiting, inFlight } = await gateway.api.summary();
    return waiting >= messages && inFlight <= 1;
  };
  await until(reached, { what: `${messages} messages to wait`, timeoutMs, everyMs: 200 });
  report(`slowest /health ${Math.round(slowestMs)} ms`);
}

test(`${entities} entities that functions create wait on disk for an endpoint that is down, and each is served once`, {
  timeout: 2 * timeoutMs,
}, async () => {
  await using dead = await Adder.down();
  await using source = await Functions.start("e2e/functions/fan-out.ts");
  await using gateway = await Gateway.start({ SIGNALBOX_BREAKER_PROBE_MAX_MS: "500", SIGNALBOX_PARTITIONS: "1" });
  await gateway.api.applyModule("dead", endpointYaml("dead/*", dead.url));
  await gateway.api.applyModule("source", endpointYaml("source/*", source.url));
  const ledger = new Ledger("dead/adder", entities);
  for (let entity = 0; entity < entities; entity++) ledger.add(entity, entity);
  {
    using memory = new MemoryWatch(gateway.pid ?? 0);
    const messages = Array.from({ length: entities / entitiesAMessage }, (_, index) => ({
      entity: index % 50,
      value: Buffer.from(`${index * entitiesAMessage} ${entitiesAMessage}`),
    }));
    await publishAll(`127.0.0.1:${gateway.grpcPort}`, { producer: "source", type: "source/fan", messages });
    await waitFor(gateway, entities);
    expect(await residents(gateway)).toBeLessThan(entities);
    report(`filled: peak ${memory.peak()} MB`);
  }

  await gateway.kill();
  const startedMs = performance.now();
  await gateway.start();
  report(`healthy after ${Math.round(performance.now() - startedMs)} ms with ${residentMegabytes(gateway.pid ?? 0)} MB`);
  // The sources send again what the kill took from the last epoch.
  const all = async (): Promise<boolean> => (await gateway.api.summary()).waiting === entities;
  await until(all, { what: `${entities} messages to wait again`, timeoutMs, everyMs: 100 });

  using memory = new MemoryWatch(gateway.pid ?? 0);
  await dead.functions.start();
  const drainedMs = performance.now();
  await drained(gateway, timeoutMs);
  report(`drained in ${Math.round((performance.now() - drainedMs) / 1000)} s: peak ${memory.peak()} MB`);
  const { parked } = await gateway.api.summary();
  expect(parked).toBe(0);
  const exact = { accepted: entities, processed: entities, wrongEntities: 0, firstWrong: undefined, waiting: 0 };
  expect(await ledger.audit(gateway)).toEqual(exact);
});
