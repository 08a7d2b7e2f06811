/** runCli: a command line in this process, with what it printed; against a gateway by URL, or against answers that a test writes down. */
import type { Io } from "../src/io.ts";
import { run } from "../src/run.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly fetch?: typeof fetch;
  readonly startProgram?: Io["startProgram"];
  readonly environment?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Called with everything that was printed so far. */
  readonly onOut?: (text: string) => void;
}

export async function runCli(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  let out = "";
  let err = "";
  const code = await run(words, {
    out: (text) => {
      out += text;
      options.onOut?.(out);
    },
    err: (text) => void (err += text),
    input: async () => new TextEncoder().encode(options.input ?? ""),
    isTerminal: options.isTerminal ?? false,
    columns: 100,
    environment: options.environment ?? {},
    fetch: options.fetch ?? fetch,
    startProgram: options.startProgram ?? (() => ({ url: Promise.resolve(undefined), ended: Promise.resolve(0) })),
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}
