/**
 * ProcessSpec: how the instances of a co-located endpoint are started and ended, as a module declares it.
 * modules/build-process.ts makes one from YAML; process-supervisor.ts keeps it running.
 */
import type { IsolateTask } from "../isolation/isolate-task.ts";

export interface ProcessSpec {
  /** The `functions` text of the endpoint. */
  readonly endpoint: string;
  readonly module: string;
  /** The program and its arguments, which no shell interprets. */
  readonly command: readonly string[];
  /** The command as the module writes it, with variables by their names. */
  readonly shownCommand: readonly string[];
  /** An absolute path. */
  readonly cwd: string;
  /** Variables beside those that every process gets (process-environment.ts). */
  readonly env: Readonly<Record<string, string>>;
  readonly protocol: "http" | "grpc";
  /** Where it is told to listen: a Unix domain socket of its own, or a port of the loopback address. */
  readonly listen: "socket" | "port";
  /** The path of its URL, which begins with a slash. */
  readonly path: string;
  readonly instances: number;
  /** After a call ran out of its time: how long it may then answer nobody before it is ended and started again. */
  readonly silentMsMax: number;
  /** The longest time from its start until it accepts connections. */
  readonly startTimeoutMs: number;
  /** The longest time from the takeover by new instances until the old ones are asked to end. */
  readonly drainMs: number;
  /** The task that a process of isolated functions reads from its input; its environment is empty then. */
  readonly isolate?: Omit<IsolateTask, "purpose">;
}
