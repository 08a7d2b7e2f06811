/**
 * Io: everything by which a command touches the world outside the gateway. It is a parameter, so that tests run commands in their own
 * process.
 */
export interface StartedProgram {
  /** Resolves with the URL at which it listens; undefined when it ended before. */
  readonly url: Promise<string | undefined>;
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
}

export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Reads all of standard input. */
  input(): Promise<Uint8Array>;
  /** True when a person reads the output, which then has tables instead of JSON. */
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Starts a Node program in the foreground. */
  startProgram(program: string, environment: Readonly<Record<string, string | undefined>>): StartedProgram;
  /** Ends commands that would run for ever. */
  readonly signal: AbortSignal;
}
