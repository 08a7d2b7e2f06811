/**
 * The example as the console's demo starts it: a process of the gateway's own. It says which module it is (`ready`), then sends what the
 * simulator makes (`message`), and ends when the channel to the gateway does. Neighbours: services.ts, simulator.ts; start.ts is the same
 * for a gateway that runs already.
 */
import type { OutgoingMessage } from "@signalbox/functions";
import { openServices } from "./services.ts";
import { startSimulator } from "./simulator.ts";

const utf8 = new TextDecoder();

process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
// A terminal's Ctrl+C reaches the whole process group; the gateway decides when the demo ends.
process.on("SIGINT", () => undefined);
process.once("message", (begin: { readonly module?: string }) => void start(begin.module ?? ""));

/** The ports of last time, as the module names them: its text, and so its revision, stays the same. */
async function start(lastModule: string): Promise<void> {
  const portOf = (pattern: RegExp): number => Number(pattern.exec(lastModule)?.[1] ?? 0);
  const open = (httpPort: number, grpcPort: number) => openServices({ httpPort, grpcPort, gatewayFolder: process.cwd() });
  const services = await open(portOf(/http:\/\/127\.0\.0\.1:(\d+)/), portOf(/grpc:\/\/127\.0\.0\.1:(\d+)/)).catch(() => open(0, 0));
  const { moduleYaml, note } = services;
  process.send?.({ ready: { module: moduleYaml, egresses: ["taxi/receipts", "taxi/demand"], note } });
  // The gateway puts the module in force and says so.
  await new Promise((go) => process.once("message", go));
  startSimulator({ send: sendToGateway, signal: new AbortController().signal });
}

function sendToGateway({ target, value }: OutgoingMessage): void {
  process.send?.({ message: { ...target, typename: value.typename, text: utf8.decode(value.bytes) } });
}
