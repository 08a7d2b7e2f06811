/**
 * sqlTokens: cuts an SQL text into pieces, as far as is needed to replace a parameter or a name: texts, names in quotes, comments, words,
 * parameters, and everything else a character at a time. Neighbours: sql-query.ts finds the types of parameters with it,
 * surfaces/postgres/dialect.ts rewrites with it.
 * Guarantee: the pieces together are the text, whatever it is, and it takes time in proportion to the text's length.
 */

export type TokenKind = "blank" | "text" | "name" | "word" | "parameter" | "other";

export interface SqlToken {
  readonly kind: TokenKind;
  /** Where the piece begins in the text. */
  readonly at: number;
  readonly text: string;
}

const pieces: readonly (readonly [TokenKind, RegExp])[] = [
  ["blank", /\s+|--[^\n]*/y],
  // Texts with backslashes, plain texts, and texts between dollars.
  ["text", /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/y],
  ["name", /"(?:[^"]|"")*(?:"|$)/y],
  ["parameter", /\$\d{1,5}/y],
  // Numbers count as words, because nothing in them is replaced.
  ["word", /[\p{L}\p{N}_][\p{L}\p{N}_$]*/uy],
];

export function sqlTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let at = 0; at < sql.length; ) {
    const token = commentAt(sql, at) ?? pieceAt(sql, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

/**
 * Most characters say by themselves what they begin, or that they are a piece of their own, so only the patterns that can match are tried.
 */
const asciiMax = 127;
const alone = /[^\s\w'"$-]/;
const ofWord = /[\dA-DF-Za-df-z_]/;
const wordAlone = pieces.filter(([kind]) => kind === "word");
const askedAt: readonly (typeof pieces)[] = Array.from({ length: asciiMax + 1 }, (_, code) => {
  const sign = String.fromCharCode(code);
  if (alone.test(sign)) return [];
  return ofWord.test(sign) ? wordAlone : pieces;
});

function pieceAt(sql: string, at: number): SqlToken {
  for (const [kind, pattern] of askedAt[sql.charCodeAt(at)] ?? pieces) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0] ?? "";
    if (text !== "") return { kind, at, text };
  }
  return { kind: "other", at, text: sql.charAt(at) };
}

/** Comments of this form nest. */
function commentAt(sql: string, at: number): SqlToken | undefined {
  if (!sql.startsWith("/*", at)) return undefined;
  const border = /\/\*|\*\//g;
  border.lastIndex = at;
  let depth = 0;
  for (let found = border.exec(sql); found !== null; found = border.exec(sql)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return { kind: "blank", at, text: sql.slice(at, border.lastIndex) };
  }
  return { kind: "blank", at, text: sql.slice(at) };
}

/** Returns 3 for `$3`; undefined when it is another piece. */
export function parameterNumber({ kind, text }: SqlToken): number | undefined {
  return kind === "parameter" ? Number(text.slice(1)) : undefined;
}

/** Returns the highest number of a parameter in the text. */
export function parametersIn(tokens: readonly SqlToken[]): number {
  return tokens.reduce((highest, token) => Math.max(highest, parameterNumber(token) ?? 0), 0);
}
