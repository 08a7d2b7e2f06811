/** passwordProblem: what is wrong with a password that is to be chosen, before the gateway is asked; empty: nothing. Neighbour: password-dialog.tsx. */

/** As the gateway wants it. */
export const passwordCharactersMin = 12;

export interface ChosenPassword {
  readonly current: string;
  readonly password: string;
  /** Written a second time. */
  readonly again: string;
}

export function passwordProblem({ current, password, again }: ChosenPassword): string {
  if (current === "") return "Write the password that you have.";
  if (password.length < passwordCharactersMin) return `Write at least ${passwordCharactersMin} characters.`;
  if (password === current) return "That is the one you have.";
  return password === again ? "" : "The two are not the same.";
}

export function endedText(sessions: number): string {
  if (sessions === 0) return "You have no other session.";
  return sessions === 1 ? "Your other session was ended." : `Your ${sessions} other sessions were ended.`;
}
