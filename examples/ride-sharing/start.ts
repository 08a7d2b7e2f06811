/**
 * The whole example by one command: `npm start --workspace examples/ride-sharing`. It installs the drivers' Python where it can, starts a
 * gateway unless one answers at SIGNALBOX_URL, registers the module and drives until Ctrl+C.
 * Neighbours: services.ts, simulator.ts.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "@signalbox/functions/client";
import { findPython, installPython } from "./python.ts";
import { openServices } from "./services.ts";
import { startSimulator } from "./simulator.ts";

const root = join(import.meta.dirname, "../..");
const url = process.env["SIGNALBOX_URL"] ?? "http://127.0.0.1:4280";
const gatewayStartMs = 180_000;
const receiptsEveryMs = 10_000;
const stopped = new AbortController();

async function main(): Promise<void> {
  if (findPython() === undefined && process.env["RIDES_PYTHON"] === undefined) {
    console.log("Installing the drivers' Python (once) …");
    await installPython().catch((error: unknown) =>
      console.warn(`It did not work: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
  await gatewayUp();
  const services = await openServices({ httpPort: 0, grpcPort: 0, gatewayFolder: root });
  if (services.note !== undefined) console.warn(services.note);
  await registerModule(services.moduleYaml);
  startSimulator({ send: (message) => client.send(message), signal: stopped.signal });
  const receipts = setInterval(() => void printReceipts().catch(() => undefined), receiptsEveryMs);
  console.log(`They drive. Look at ${url}/flow; Ctrl+C ends it.`);
  await new Promise((end) => process.once("SIGINT", end).once("SIGTERM", end));
  clearInterval(receipts);
  stopped.abort();
  await services[Symbol.asyncDispose]();
}

const client = createClient(url);

/** A gateway that this example has started ends with it: Ctrl+C reaches both. */
async function gatewayUp(): Promise<void> {
  if (await answers()) return;
  if (process.env["SIGNALBOX_URL"] !== undefined) throw new Error(`no gateway answers at ${url}: start it, or unset SIGNALBOX_URL`);
  console.log("Starting a gateway (npm start) …");
  const gateway = spawn("npm", ["start"], { cwd: root, stdio: "inherit" });
  const endsMs = performance.now() + gatewayStartMs;
  while (!(await answers())) {
    if (gateway.exitCode !== null) throw new Error(`the gateway ended with code ${gateway.exitCode}`);
    if (performance.now() > endsMs) throw new Error(`the gateway does not answer at ${url}`);
    await wait(500);
  }
}

async function answers(): Promise<boolean> {
  return fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function registerModule(yaml: string): Promise<void> {
  const answer = await fetch(`${url}/v1/modules/ride-sharing`, { method: "PUT", body: yaml });
  if (!answer.ok) throw new Error(`the module was refused: ${await answer.text()}`);
}

/** Takes the receipts, as an accounting system would. */
async function printReceipts(): Promise<void> {
  const place = `${url}/v1/egresses/taxi/receipts`;
  const answer = await fetch(`${place}?limit=1000`);
  if (!answer.ok) return;
  const { records } = (await answer.json()) as { records: readonly { sequence: number; value: { cents: number } }[] };
  const last = records.at(-1);
  if (last === undefined) return;
  const cents = records.reduce((sum, record) => sum + record.value.cents, 0);
  console.log(`${records.length} rides paid, ${(cents / 100).toFixed(2)} taken`);
  await fetch(`${place}?through=${last.sequence}`, { method: "DELETE" });
}

await main();
process.exit(0);
