/** Io: everything by which a command touches the world outside the gateway; handed in, so that tests run commands in their own process. */
export interface StartedProgram {
  /** Where it says that it listens; undefined: it ended before. */
  readonly url: Promise<string | undefined>;
  /** Its exit code. */
  readonly ended: Promise<number>;
}

export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Whole standard input. */
  input(): Promise<Uint8Array>;
  /** A person looks at it: tables instead of JSON. */
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** A program of Node in the foreground. */
  startProgram(program: string, environment: Readonly<Record<string, string | undefined>>): StartedProgram;
  /** Ends what goes on for ever. */
  readonly signal: AbortSignal;
}
