/** FilterPaths: a column of an entity's state as the filter language names it, and conditions on it. */
const plain = /^[A-Za-z_]\w*$/;
/** Words that CEL keeps for itself. */
const taken = new Set([
  "true",
  "false",
  "null",
  "in",
  "as",
  "break",
  "const",
  "continue",
  "else",
  "for",
  "function",
  "if",
  "import",
  "let",
  "loop",
]);

/** `account.balance` below `state`; what is no plain name stands in brackets. */
export function statePath(path: string): string {
  return path
    .split(".")
    .reduce((said, name) => said + (plain.test(name) && !taken.has(name) ? `.${name}` : `[${JSON.stringify(name)}]`), "state");
}

/** From `from` on and below `to`; the last one holds its end too. */
export function withinRange(path: string, { from, to, last }: { from: number; to: number; last: boolean }): string[] {
  const name = statePath(path);
  return [`${name} >= ${from}`, `${name} ${last ? "<=" : "<"} ${to}`];
}
