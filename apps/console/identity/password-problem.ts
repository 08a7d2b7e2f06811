/**
 * passwordProblem: what is wrong with a new password, before the gateway is asked; empty when nothing is. Neighbour: password-dialog.tsx.
 */
import type { NoticesWords } from "../words/notices/en.ts";

/** The same limit as the gateway has. */
export const passwordCharactersMin = 12;

export interface ChosenPassword {
  readonly current: string;
  readonly password: string;
  /** The password written a second time. */
  readonly again: string;
}

export function passwordProblem({ current, password, again }: ChosenPassword, problems: NoticesWords["password"]["problems"]): string {
  if (current === "") return problems.current;
  if (password.length < passwordCharactersMin) return problems.least(passwordCharactersMin);
  if (password === current) return problems.same;
  return password === again ? "" : problems.differ;
}
