/**
 * The program that runs isolated functions, in a process of its own under Node's permission model and with an empty environment. The
 * first line of its input is its task; it ends when its input does, which is when the gateway is gone.
 * Neighbours: isolated-functions.ts says how it is started; isolate.ts holds the code that is not trusted.
 * Guarantee: it reads its own files and those that isolates may import, and nothing else; it takes no more memory than its task allows for.
 */
import { createInterface } from "node:readline";
import { Isolate } from "./isolate.ts";
import { IsolateCalls } from "./isolate-calls.ts";
import { serveIsolate } from "./isolate-server.ts";
import type { IsolateReport, IsolateTask, ReportedAnswer } from "./isolate-task.ts";
import { LineLimit } from "./line-limit.ts";

/** Memory of the process beside its isolates: Node, the text of the SDK, requests and replies under way. */
const residentBaseMiB = 512;
/** An old isolate may finish its calls beside a new one, and a third one may serve a call that is repeated alone. */
const isolatesAtOnceMax = 3;
const memoryLookEveryMs = 100;
const linesReportedMax = 200;
const failureCodes = {
  malformed: "REPLY_MALFORMED",
  "unknown-type": "REPLY_STATUS",
  rejected: "REJECTED",
  "retry-later": "RETRY_LATER",
  threw: "ENDPOINT_ERROR",
} as const;

const input = createInterface({ input: process.stdin });
const first = await input[Symbol.asyncIterator]().next();
// Only the gateway writes to this input, so its text needs no check.
const task = JSON.parse(String(first.value)) as IsolateTask;
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
watchMemory(task);

if (task.purpose.kind === "serve") await serve(task, task.purpose.socketPath);
else await check(task, task.purpose.request);

async function serve(served: IsolateTask, socketPath: string): Promise<void> {
  const lines = new LineLimit((line) => console.log(line));
  const load = () => Isolate.load(served, (text) => lines.add(text));
  const isolate = await load();
  if ("code" in isolate) {
    const at = isolate.line === undefined ? "" : ` at line ${isolate.line}`;
    console.error(`${isolate.code}${at}: ${isolate.message}`);
    process.exit(1);
  }
  await serveIsolate(new IsolateCalls(isolate, load), served, socketPath);
}

async function check(checked: IsolateTask, request: string | undefined): Promise<void> {
  const printed: string[] = [];
  const lines = new LineLimit((line) => {
    if (printed.length < linesReportedMax) printed.push(line);
  });
  const isolate = await Isolate.load(checked, (text) => lines.add(text));
  if ("code" in isolate) return report({ kind: "refused", problem: isolate });
  const answer = request === undefined ? undefined : await answered(isolate, { request, task: checked });
  report({ kind: "loaded", functions: isolate.functions, lines: printed, ...(answer === undefined ? {} : { answer }) });
}

async function answered(isolate: Isolate, { request, task: of }: { request: string; task: IsolateTask }): Promise<ReportedAnswer> {
  const end = await isolate.call(Uint8Array.from(Buffer.from(request, "base64")).buffer);
  switch (end.kind) {
    case "overdue":
      return { kind: "failed", code: "CALL_TIMEOUT", reason: `it took longer than ${of.callTimeoutMs} ms, or waits for what never comes` };
    case "died":
      return { kind: "failed", code: "CALL_OUT_OF_MEMORY", reason: `it used more than ${of.memoryMiBMax} MiB` };
    case "answered": {
      const { answer } = end;
      if (answer.kind === "reply") return { kind: "reply", reply: Buffer.from(answer.bytes).toString("base64") };
      return { kind: "failed", code: failureCodes[answer.kind], reason: answer.reason };
    }
  }
}

function report(said: IsolateReport): void {
  process.stdout.write(`${JSON.stringify(said)}\n`, () => process.exit(0));
}

/** Isolates have limits of their own; this one bounds the rest of the process. */
function watchMemory({ memoryMiBMax }: IsolateTask): void {
  const residentMiBMax = residentBaseMiB + memoryMiBMax * isolatesAtOnceMax;
  setInterval(() => {
    const residentMiB = process.memoryUsage.rss() / 1024 / 1024;
    if (residentMiB <= residentMiBMax) return;
    console.error(`the process holds ${Math.round(residentMiB)} MiB, more than ${residentMiBMax} MiB`);
    process.exit(1);
  }, memoryLookEveryMs).unref();
}
