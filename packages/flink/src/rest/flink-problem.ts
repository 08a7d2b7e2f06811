/** FlinkProblem: what a Flink cluster refused or did not answer, in our words, with Flink's own cause where it gave one. */

/**
 * absent: nothing answers there. barred: it cannot be asked at present (certificates, credentials, a redirect). refused: it answered no.
 * unexpected: its answer is none of Flink 1.16. hung: the job's tasks wait for each other.
 */
export type FlinkProblemKind = "absent" | "barred" | "refused" | "unexpected" | "hung";

export class FlinkProblem extends Error {
  readonly kind: FlinkProblemKind;
  /** The status of the HTTP answer; undefined when there was none. */
  readonly status: number | undefined;
  /** What to do; undefined when it is derived from the kind. */
  readonly cure: string | undefined;

  constructor(
    kind: FlinkProblemKind,
    message: string,
    options: { readonly status?: number; readonly cause?: unknown; readonly cure?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "FlinkProblem";
    this.kind = kind;
    this.status = options.status;
    this.cure = options.cure;
  }
}

const causeCharactersMax = 1_500;

/**
 * The part of a stack trace that a person wants: what was thrown, innermost last, without frames and without exceptions that only wrap
 * others. Flink answers with whole stack traces in one text.
 */
export function causeOf(stackTrace: string): string {
  const lines = stackTrace.split("\n").filter((line) => line.trim() !== "" && !/^\s+at |^\s*\.\.\. \d+ more/.test(line));
  const causes = lines.map((line) =>
    line
      .replace(/^Caused by: /, "")
      .replace(/^(?:[a-z][\w$]*\.)+(?=[A-Z])/, "")
      .trim(),
  );
  const telling = causes.filter(
    (line) =>
      !/^(CompletionException|RestHandlerException|ProgramInvocationException: The main method|FlinkRuntimeException|<|End of exception)/.test(
        line,
      ),
  );
  const kept = telling.length === 0 ? causes : telling;
  return [...new Set(kept)].slice(-4).join(": ").slice(0, causeCharactersMax);
}
