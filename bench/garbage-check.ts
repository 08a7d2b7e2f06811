/**
 * What a message makes the gateway's main thread allocate, and which functions do. Bytes do not depend on the machine or on who else uses it.
 *   node bench/garbage-check.ts --job add --messages 60000
 *   … --job accept | hot | add     nothing listens; one entity; ten thousand
 *   … --top 40                     how many functions it names
 * The first line is the sum, each further one a function with its bytes a message and its share; what it calls of V8 and Node is in brackets.
 * Neighbour: allocation-sampler.ts runs in the gateway.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { until } from "../e2e/stack/until.ts";
import { streamLoad } from "./load/stream-load.ts";
import { System } from "./system.ts";
import { functionTypes, hotIds, ids, inFlightBatches, inFlightFull, randomIds } from "./workload.ts";

interface Node {
  callFrame: { functionName: string; url: string; lineNumber: number };
  selfSize: number;
  children: Node[];
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    selfSize: z.number(),
    children: z.array(node),
  }),
);

const { values } = parseArgs({
  options: {
    job: { type: "string", default: "add" },
    messages: { type: "string", default: "60000" },
    top: { type: "string", default: "30" },
  },
});
const job = z.enum(["add", "accept", "hot"]).parse(values.job);
const messages = z.coerce.number().int().min(1_000).parse(values.messages);
const top = z.coerce.number().int().min(1).parse(values.top);
/** What is compiled and learnt during them is not counted. */
const warmUpMessages = 30_000;

const folder = mkdtempSync(join(tmpdir(), "signalbox-garbage-"));
try {
  show(await profiled(join(folder, "profile.json")));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function profiled(path: string): Promise<Node> {
  const sampler = new URL("./allocation-sampler.ts", import.meta.url).href;
  const env = { NODE_OPTIONS: `--import ${sampler}`, GARBAGE_PROFILE: path };
  await using system = await System.start({ folder, env, functions: job === "accept" ? "not-started" : "running" });
  const nextId = randomIds(job === "hot" ? hotIds : ids, "garbage");
  const send = async (messagesMax: number): Promise<void> => {
    const before = job === "accept" ? 0 : await system.handled();
    const inFlight = job === "add" ? inFlightFull : inFlightBatches;
    const { sent } = await streamLoad(system.grpc, { inFlight, type: functionTypes.counter, nextId, messagesMax });
    if (job !== "accept") await system.untilHandled(before + sent);
  };
  await send(warmUpMessages);
  const { pid } = system.gateway;
  if (pid === undefined) throw new Error("the gateway has ended");
  process.kill(pid, "SIGUSR2");
  await send(messages);
  process.kill(pid, "SIGUSR2");
  return await until(() => profileIn(path), { what: "the profile", timeoutMs: 60_000, everyMs: 100 });
}

/** Undefined while it is not there, or not whole. */
function profileIn(path: string): Node | false {
  try {
    return z.object({ head: node }).parse(JSON.parse(readFileSync(path, "utf8"))).head;
  } catch {
    return false;
  }
}

function show(head: Node): void {
  const bytes = new Map<string, number>();
  let sum = 0;
  const add = ({ callFrame, selfSize, children }: Node, caller: string): void => {
    const isOurs = callFrame.url.startsWith("file:");
    const place = callFrame.url.split("/").slice(-2).join("/");
    const own = isOurs ? `${callFrame.functionName} ${place}:${callFrame.lineNumber + 1}` : caller;
    const name = isOurs ? own : `${own} (${callFrame.functionName})`;
    bytes.set(name, (bytes.get(name) ?? 0) + selfSize);
    sum += selfSize;
    for (const child of children) add(child, own);
  };
  add(head, "");
  console.log(`${job}: ${(sum / messages).toFixed(0)} bytes a message`);
  const most = [...bytes].sort(([, one], [, other]) => other - one).slice(0, top);
  for (const [name, size] of most)
    console.log(`${(size / messages).toFixed(0).padStart(6)} ${((100 * size) / sum).toFixed(1).padStart(5)} %  ${name}`);
}
