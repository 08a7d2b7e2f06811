/**
 * splitStatements: cuts an SQL text into statements, at the semicolons outside of texts, names and comments. Neighbours: bootstrap/ runs
 * them one by one and numbers them in this order.
 */

export interface Statement {
  readonly text: string;
  /** The line of its first character, from 1. */
  readonly line: number;
}

/** Matches what may hide a semicolon: comments, texts with doubled quotes, names, texts between dollars. */
const hidden = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/y;

export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let from = 0;
  const cut = (to: number): void => {
    const raw = sql.slice(from, to);
    const text = raw.trim();
    const first = from + (raw.length - raw.trimStart().length);
    if (withoutComments(text) !== "") statements.push({ text, line: sql.slice(0, first).split("\n").length });
    from = to + 1;
  };
  for (let at = 0; at < sql.length; ) {
    hidden.lastIndex = at;
    const found = hidden.exec(sql);
    if (found !== null && found[0].length > 0) {
      at += found[0].length;
      continue;
    }
    if (sql[at] === ";") cut(at);
    at++;
  }
  cut(sql.length);
  return statements;
}

/** Returns the text from its first word on. */
export function withoutComments(text: string): string {
  return text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/, "");
}
