/**
 * The thread of comparing-thread.ts: it answers one job after the other. It reads files itself and asks the gateway's thread for the
 * current data.
 */
import { parentPort } from "node:worker_threads";
import Database from "better-sqlite3";
import type { AskNow, DifferenceJob, NowAnswers, NowQuestion, SideSource, ThreadMessage, ToThread } from "./difference-job.ts";
import { FileSide } from "./file-side.ts";
import type { Side } from "./merge-sides.ts";
import { NowSide } from "./now-side.ts";
import { runDifference } from "./run-difference.ts";

const port = parentPort;
if (port === null) throw new Error("it runs as a thread alone");
const tell = (message: ThreadMessage): void => port.postMessage(message);
let told: (answer: unknown) => void = () => undefined;

const askNow: AskNow = async <Q extends NowQuestion>(question: Q) => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  told = resolve;
  tell({ kind: "ask", question });
  // The kind of the question decides the type of the answer; now-pages.ts is the only place that makes answers.
  return (await promise) as NowAnswers[Q["kind"]];
};

port.on("message", (message: ToThread) => {
  if (message.kind === "told") told(message.answer);
  else void serve(message.job);
});

function open(source: SideSource): Side {
  return source.kind === "file" ? new FileSide(source.path) : new NowSide(askNow);
}

async function serve(job: DifferenceJob): Promise<void> {
  const sides: Side[] = [];
  try {
    const from = open(job.from);
    sides.push(from);
    const to = open(job.to);
    sides.push(to);
    const answer = await runDifference([from, to], job);
    tell({ kind: "done", answer });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ kind: error instanceof Database.SqliteError ? "unreadable" : "failed", message });
  } finally {
    for (const side of sides) side.close();
  }
}
