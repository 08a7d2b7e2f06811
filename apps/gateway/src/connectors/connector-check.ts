/**
 * ConnectorCheck: what a kind asks the other system when a person wants to know whether an ingress or egress can work: whether anybody
 * answers, accepts the credentials, and has what the module names. A question reads and writes no record and moves no position. Neighbours:
 * <kind>-check.ts has the questions of a kind, supervised.ts asks them. Guarantee: the answers come in the order of the questions and
 * within checkMsMax.
 */
import { problemOfFailure } from "./connector-failure.ts";
import type { ConnectorProblem } from "./connector-state.ts";

export interface CheckQuestion {
  /** A statement that is true or false: "a broker answers". */
  readonly what: string;
  /** Resolves when the statement holds, and rejects with the reason when it does not. */
  ask(): Promise<unknown>;
}

export interface ConnectorCheck {
  /** In order: each question makes sense only if those before it hold. */
  readonly questions: readonly CheckQuestion[];
  /** Closes what the questions opened. */
  close?(): Promise<void>;
}

export interface CheckAnswer {
  readonly what: string;
  readonly outcome: "holds" | "fails" | "not-asked";
  /** Cause and cure if the outcome is `fails`. */
  readonly problem: ConnectorProblem | undefined;
}

export const checkMsMax = 20_000;
export const noAnswer: ConnectorProblem = {
  what: `no answer within ${checkMsMax / 1000} s`,
  cure: "See whether the address is right and reachable from here; then check again.",
};

/** `over` resolves with the reason why no more answers are waited for. Never rejects. */
export async function askInOrder(check: ConnectorCheck, over: Promise<ConnectorProblem>): Promise<readonly CheckAnswer[]> {
  const answers: CheckAnswer[] = [];
  let failed = false;
  for (const question of check.questions) {
    const { what } = question;
    const problem: ConnectorProblem | undefined = failed ? undefined : await Promise.race([problemOf(question), over]);
    answers.push({ what, outcome: failed ? "not-asked" : problem === undefined ? "holds" : "fails", problem });
    failed ||= problem !== undefined;
  }
  return answers;
}

async function problemOf(question: CheckQuestion): Promise<ConnectorProblem | undefined> {
  try {
    await question.ask();
    return undefined;
  } catch (error) {
    return problemOfFailure(error);
  }
}

/**
 * The two questions that begin each check of a system with a login: one call answers both, because refused credentials prove that somebody
 * answered.
 */
export function reachedAndLetIn(
  words: { readonly reached: string; readonly letIn: string },
  call: () => Promise<unknown>,
  isRefusedLogin: (error: unknown) => boolean,
): readonly CheckQuestion[] {
  let called: Promise<unknown> | undefined;
  const once = (): Promise<unknown> => (called ??= call());
  const reached = async (): Promise<void> => {
    try {
      await once();
    } catch (error) {
      if (!isRefusedLogin(error)) throw error;
    }
  };
  return [
    { what: words.reached, ask: reached },
    { what: words.letIn, ask: once },
  ];
}
