/**
 * ProcessSpec: how the instances of a co-located endpoint are started and ended, as a module says it.
 * modules/build-process.ts makes one from YAML; process-supervisor.ts keeps it running.
 */
import type { IsolateTask } from "../isolation/isolate-task.ts";

export interface ProcessSpec {
  /** The `functions` text of the endpoint. */
  readonly endpoint: string;
  readonly module: string;
  /** Program and arguments; no shell reads them. */
  readonly command: readonly string[];
  /** As the module writes it, with variables by their names. */
  readonly shownCommand: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Beside what every process gets (process-environment.ts). */
  readonly env: Readonly<Record<string, string>>;
  readonly protocol: "http" | "grpc";
  /** Where it is told to listen: a Unix domain socket of its own, or a port of the loopback address. */
  readonly listen: "socket" | "port";
  /** The path of its URL, which begins with a slash. */
  readonly path: string;
  readonly instances: number;
  /** From its start until it accepts connections, at the longest. */
  readonly startTimeoutMs: number;
  /** From the takeover by new instances until the old ones are asked to end, at the longest. */
  readonly drainMs: number;
  /** The task that a process of isolated functions reads from its input; its environment is empty then. */
  readonly isolate?: Omit<IsolateTask, "purpose">;
}
