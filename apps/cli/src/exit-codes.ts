/**
 * Exit codes, which a script may rely on. The topic "exit-codes" of the help is made from this table.
 */
export const exitCodes = {
  done: { code: 0, meaning: "it was done" },
  failed: { code: 1, meaning: "the gateway refused it, or it failed" },
  usage: { code: 2, meaning: "the command line was wrong" },
  notFound: { code: 3, meaning: "what was named is not there" },
  notAllowed: { code: 4, meaning: "a login or a right is missing" },
  unreachable: { code: 5, meaning: "no gateway answers at the URL" },
} as const;

export type ExitReason = Exclude<keyof typeof exitCodes, "done">;

const reasons: Readonly<Record<number, ExitReason>> = { 401: "notAllowed", 403: "notAllowed", 404: "notFound" };

/** Returns the reason that belongs to this status of a refusal. */
export function reasonOf(status: number): ExitReason {
  return reasons[status] ?? "failed";
}

/** Thrown to end a command with a reason and a text; nothing else is printed. */
export class CliError extends Error {
  readonly reason: ExitReason;
  readonly cure: string;

  constructor(reason: ExitReason, message: string, cure = "") {
    super(message);
    this.name = "CliError";
    this.reason = reason;
    this.cure = cure;
  }
}
