/**
 * FilterPaths: names a column of an entity's state in the filter language, and writes conditions on it.
 */
const plain = /^[A-Za-z_]\w*$/;
/** Words that CEL reserves. */
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

/** Writes the path below `state` as `state.account.balance`; a key that is no plain name is put in square brackets. */
export function statePath(path: string): string {
  return path
    .split(".")
    .reduce((said, name) => said + (plain.test(name) && !taken.has(name) ? `.${name}` : `[${JSON.stringify(name)}]`), "state");
}

/** Writes the condition `from` ≤ value < `to`; the last range includes its end. */
export function withinRange(path: string, { from, to, last }: { from: number; to: number; last: boolean }): string[] {
  const name = statePath(path);
  return [`${name} >= ${from}`, `${name} ${last ? "<=" : "<"} ${to}`];
}
