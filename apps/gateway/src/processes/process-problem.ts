/** ProcessProblem: why an instance does not serve, with place and cure; docs/errors.md lists the codes. */
import type { ProcessSpec } from "./process-spec.ts";

export const processProblemCodes = [
  "PROCESS_NO_PROGRAM",
  "PROCESS_NO_FOLDER",
  "PROCESS_NOT_STARTED",
  "PROCESS_ENDED_EARLY",
  "PROCESS_NOT_LISTENING",
  "PROCESS_STUCK",
  "PROCESS_ENDED",
] as const;
export type ProcessProblemCode = (typeof processProblemCodes)[number];

export interface ProcessProblem {
  readonly code: ProcessProblemCode;
  readonly message: string;
  readonly where: string;
  readonly cure: string;
}

/** How a process ended, in words. */
export function endText({ code, signal }: { readonly code: number | null; readonly signal: string | null }): string {
  return signal === null ? `with exit code ${code ?? "unknown"}` : `by the signal ${signal}`;
}

export function noProgram(spec: ProcessSpec, reason: string): ProcessProblem {
  return problem(spec, "PROCESS_NO_PROGRAM", {
    message: `"${spec.shownCommand[0] ?? ""}" cannot be run: ${reason}`,
    cure: "Install it, or write its path in `command`; it is looked for in the PATH of the gateway, from `cwd`. It is tried again by itself.",
  });
}

export function noFolder(spec: ProcessSpec): ProcessProblem {
  return problem(spec, "PROCESS_NO_FOLDER", {
    message: `the folder ${spec.cwd} is not there`,
    cure: "Make it, or correct `cwd`; a relative one counts from the folder in which the gateway was started. It is tried again by itself.",
  });
}

export function notStarted(spec: ProcessSpec, reason: string): ProcessProblem {
  return problem(spec, "PROCESS_NOT_STARTED", {
    message: `the process could not be started: ${reason}`,
    cure: "See whether this machine lets the gateway start processes (limits on processes, memory or open files). It is tried again by itself.",
  });
}

export function endedEarly(spec: ProcessSpec, end: string): ProcessProblem {
  return problem(spec, "PROCESS_ENDED_EARLY", {
    message: `the process ended ${end} before it accepted a connection`,
    cure: "Read its last log lines and mend the program. It is started again by itself, later each time.",
  });
}

export function notListening(spec: ProcessSpec): ProcessProblem {
  const place = spec.listen === "socket" ? "the socket in SIGNALBOX_FUNCTION_SOCKET" : "127.0.0.1 and the port in PORT";
  return problem(spec, "PROCESS_NOT_LISTENING", {
    message: `the process accepted no connection within ${spec.startTimeoutMs} ms and was ended`,
    cure: `Let it listen on ${place}, or raise \`startTimeout\`.`,
  });
}

export function stuck(spec: ProcessSpec): ProcessProblem {
  return problem(spec, "PROCESS_STUCK", {
    message: `a call ran out of its time, and the process then answered nobody for ${spec.silentMsMax} ms and was ended`,
    cure: "Mend what it does without end (a loop, a wait that blocks it): the entity whose call does it is found and parked. It is started again by itself.",
  });
}

export function ended(spec: ProcessSpec, end: string): ProcessProblem {
  return problem(spec, "PROCESS_ENDED", {
    message: `the process ended ${end} while it served`,
    cure: "Read its last log lines. It is started again by itself; calls that it had go again.",
  });
}

function problem(spec: ProcessSpec, code: ProcessProblemCode, text: { message: string; cure: string }): ProcessProblem {
  return { code, ...text, where: `module ${spec.module}, endpoint ${spec.endpoint}` };
}
