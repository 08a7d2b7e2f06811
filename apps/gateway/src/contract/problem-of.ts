/**
 * problemOf: makes a Problem of whatever was thrown. An unexpected error becomes INTERNAL without its text; the log keeps all of it.
 * Neighbour: problem.ts has the table of codes.
 */
import { EngineError } from "@signalbox/runtime";
import { z } from "zod";
import { catalogProblems, engineProblems, gatewayProblems, Refusal, type Problem } from "./problem.ts";

const problems: Readonly<Record<Refusal["code"], { readonly status: number; readonly title: string }>> = {
  ...gatewayProblems,
  ...catalogProblems,
};

/** A text may repeat what was sent, of any length; an answer, a log line or an entry of the audit that tells it stays short. */
const detailCharactersMax = 8_192;
const cureCharactersMax = 2_048;
const whereCharactersMax = 512;

/** `where` is used when the error itself does not say. */
export function problemOf(error: unknown, where = ""): Problem {
  const problem = unboundedProblem(error, where);
  return {
    ...problem,
    detail: cut(problem.detail, detailCharactersMax),
    where: cut(problem.where, whereCharactersMax),
    cure: cut(problem.cure, cureCharactersMax),
  };
}

function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1).toWellFormed()}…`;
}

function unboundedProblem(error: unknown, where: string): Problem {
  if (error instanceof EngineError) {
    return {
      ...named(error.code, engineProblems[error.code]),
      detail: error.message,
      where,
      cure: error.cure,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    };
  }
  if (error instanceof Refusal) {
    return {
      ...named(error.code, problems[error.code]),
      detail: error.detail,
      where: error.where || where,
      cure: error.cure,
      ...(error.issues.length === 0 ? {} : { issues: error.issues }),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    };
  }
  if (error instanceof z.ZodError) {
    const faults = error.issues.flatMap((issue) => faultsOf(issue, []));
    return {
      ...named("INVALID_REQUEST", gatewayProblems.INVALID_REQUEST),
      detail: faults.map(({ words }) => words).join("; "),
      where: faults[0]?.path || where,
      cure: "Correct the named field and send the request again.",
    };
  }
  return {
    ...named("INTERNAL", gatewayProblems.INTERNAL),
    detail: "Something unexpected went wrong inside the gateway.",
    where,
    cure: "Try again; if it stays, the gateway's log holds the cause.",
  };
}

interface Fault {
  readonly path: string;
  readonly words: string;
}

/** Lists the faults of a value that fits none of several shapes: what all of the shapes ask for. Where they differ, either would do. */
function faultsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Fault[] {
  const at = [...above, ...issue.path];
  const path = at.join(".");
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [{ path, words: `${path || "input"}: ${issue.message}` }];
  const shapes = issue.errors.map((issues) => issues.flatMap((one) => faultsOf(one, at)));
  const isInAll = ({ words }: Fault): boolean => shapes.every((faults) => faults.some((fault) => fault.words === words));
  const inAll = (shapes[0] ?? []).filter(isInAll);
  const own = shapes.map((faults) => faults.filter((fault) => !isInAll(fault)));
  if (own.some((faults) => faults.length === 0)) return inAll;
  const words = own.map((faults) => faults.map((fault) => fault.words).join(" and ")).join(", or ");
  return [...inAll, { path: own[0]?.[0]?.path ?? path, words }];
}

/** Returns true for refusals that the log need not keep with a stack. */
export function isExpected(error: unknown): boolean {
  return error instanceof EngineError || error instanceof Refusal || error instanceof z.ZodError;
}

function named(code: string, kind: { status: number; title: string }): Pick<Problem, "type" | "title" | "status" | "code"> {
  return { type: `urn:signalbox:problem:${code.toLowerCase().replaceAll("_", "-")}`, title: kind.title, status: kind.status, code };
}
