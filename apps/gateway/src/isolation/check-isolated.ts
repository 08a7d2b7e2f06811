/**
 * checkIsolated: loads a source in a process of its own that ends afterwards, to say whether it can be used and what it answers to one
 * request; nothing of the engine or the store is touched. Neighbours: services/modules asks before a module is applied, and for the editor.
 * Guarantee: at most checksAtOnceMax run and checksWaitingMax wait; each ends within checkTimeoutMs, and at most reportBytesMax of its
 * report are read.
 */
import { spawn } from "node:child_process";
import { isolationGap } from "@signalbox/runtime";
import { z } from "zod";
import { neverUnheard } from "../listener/guarded-listener.ts";
import { isolateCommand, isolateTask, type TaskOf } from "./isolated-functions.ts";
import type { IsolateProblem, IsolateTask, ReportedAnswer, ServedFunction } from "./isolate-task.ts";
import { missingGlobal } from "./missing-global.ts";

const checksAtOnceMax = 2;
const checksWaitingMax = 32;
const checkTimeoutMs = 30_000;
const reportBytesMax = 64 * 1024 * 1024;
const nowhere = { line: undefined, column: undefined };

/** `cure`: where the code alone does not say what helps. */
export type CheckedAnswer = ReportedAnswer & { readonly cure?: string };

export type Checked =
  | { readonly kind: "refused"; readonly problem: IsolateProblem }
  | {
      readonly kind: "loaded";
      readonly functions: readonly ServedFunction[];
      readonly answer: CheckedAnswer | undefined;
      readonly lines: readonly string[];
    };

const number = z.number().int().optional();
const reportShape = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("refused"),
    problem: z.object({
      code: z.enum([
        "EMBEDDED_NOT_COMPILED",
        "EMBEDDED_NOT_LOADED",
        "EMBEDDED_NO_FUNCTIONS",
        "EMBEDDED_LOAD_TIMEOUT",
        "EMBEDDED_OUT_OF_MEMORY",
      ]),
      message: z.string(),
      cure: z.string().optional(),
      missing: z.string().optional(),
      line: number,
      column: number,
    }),
  }),
  z.object({
    kind: z.literal("loaded"),
    functions: z.array(
      z.object({ type: z.string(), takes: z.array(z.string()), states: z.array(z.object({ name: z.string(), typename: z.string() })) }),
    ),
    lines: z.array(z.string()),
    answer: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("reply"), reply: z.string() }),
        z.object({ kind: z.literal("failed"), code: z.string(), reason: z.string() }),
      ])
      .optional(),
  }),
]);

/** `request` is an encoded ToFunction. */
export async function checkIsolated(code: string, of: TaskOf, request?: Uint8Array): Promise<Checked> {
  const asked = request === undefined ? {} : { request: Buffer.from(request).toString("base64") };
  const task: IsolateTask = { ...isolateTask(of, code), purpose: { kind: "check", ...asked } };
  const said = await inTurn(() => ask(task));
  if (said.kind === "ended") return { kind: "refused", problem: { code: "EMBEDDED_NOT_LOADED", message: said.why, ...nowhere } };
  const parsed = reportShape.safeParse(said.report);
  if (!parsed.success)
    return { kind: "refused", problem: { code: "EMBEDDED_NOT_LOADED", message: "its process said what nobody understands", ...nowhere } };
  const report = parsed.data;
  if (report.kind === "loaded") return { ...report, answer: report.answer === undefined ? undefined : explained(report.answer) };
  const { code: problem, message, cure, line, column } = report.problem;
  const gap = report.problem.missing === undefined ? undefined : isolationGap(report.problem.missing);
  const shown =
    gap === undefined ? { message, cure } : { message: `it uses ${gap.name} while it is loaded, and ${gap.why}`, cure: gap.cure };
  return { kind: "refused", problem: { code: problem, ...shown, line, column } };
}

/** Whoever tries a function sees at once that what it uses is not there, and what to use instead. */
function explained(answer: ReportedAnswer): CheckedAnswer {
  if (answer.kind !== "failed" || answer.code !== "ENDPOINT_ERROR") return answer;
  const gap = isolationGap(missingGlobal(answer.reason) ?? "");
  if (gap === undefined) return answer;
  return { kind: "failed", code: "NOT_IN_ISOLATION", reason: `it uses ${gap.name}, and ${gap.why}: ${answer.reason}`, cure: gap.cure };
}

const turns: { running: number; readonly waiting: (() => void)[] } = { running: 0, waiting: [] };

/** Each check is a process that may use a core, so a person who types does not start one for every key. */
async function inTurn(check: () => Promise<Said>): Promise<Said> {
  if (turns.waiting.length >= checksWaitingMax) return { kind: "ended", why: "too many sources wait to be checked; try again in a moment" };
  if (turns.running >= checksAtOnceMax) await new Promise<void>((begin) => turns.waiting.push(begin));
  turns.running++;
  try {
    return await check();
  } finally {
    turns.running--;
    turns.waiting.shift()?.();
  }
}

type Said = { readonly kind: "report"; readonly report: unknown } | { readonly kind: "ended"; readonly why: string };

function ask(task: IsolateTask): Promise<Said> {
  const [program, ...parameters] = isolateCommand();
  const child = spawn(program, parameters, { env: {}, stdio: ["pipe", "pipe", "pipe"] });
  for (const stream of [child, child.stdin, child.stdout, child.stderr]) neverUnheard(stream);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    let last = "";
    const end = (why: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      resolve({ kind: "ended", why });
    };
    const timer = setTimeout(() => end(`it was not done within ${checkTimeoutMs} ms`), checkTimeoutMs);
    child.stdout.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes > reportBytesMax) end(`what it answers is larger than ${reportBytesMax} bytes`);
      else parts.push(part);
    });
    child.stderr.on("data", (part: Buffer) => {
      last = `${last}${part.toString("utf8")}`.slice(-1_000);
    });
    child.once("error", (error) => end(`its process cannot be started: ${error.message}`));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      const report = jsonOf(Buffer.concat(parts).toString("utf8"));
      if (report !== undefined) resolve({ kind: "report", report });
      else
        end(
          `its process ended ${signal === null ? `with exit code ${code ?? "unknown"}` : `by the signal ${signal}`}${last === "" ? "" : `: ${last.trim()}`}`,
        );
    });
    child.stdin.write(`${JSON.stringify(task)}\n`);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
