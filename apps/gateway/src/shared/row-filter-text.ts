/**
 * RowFilterText: cuts a line such as `type:shop/cart "refund late"` into terms with their places. filter/terms-as-cel.ts gives the terms
 * their meaning. Spaces, colons and stars in quotes stay as they are; there, a backslash escapes a quote or a backslash.
 */
interface Place {
  readonly at: number;
  readonly until: number;
}

export type ReadTerm =
  | ({ readonly kind: "text"; readonly text: string } & Place)
  | ({
      readonly kind: "named";
      readonly name: string;
      readonly valueAt: number;
      readonly pieces: readonly string[];
      readonly quoted: boolean;
    } & Place)
  | ({ readonly kind: "error"; readonly message: string } & Place);

const name = /^([A-Za-z][\w.-]*):/;
const space = /\s/;

export function readTerms(text: string): ReadTerm[] {
  const terms: ReadTerm[] = [];
  let at = 0;
  while (at < text.length) {
    if (space.test(text[at] ?? "")) {
      at += 1;
      continue;
    }
    const term = readTerm(text, at);
    terms.push(term);
    if (term.kind === "error") return terms;
    at = term.until;
  }
  return terms;
}

function readTerm(text: string, at: number): ReadTerm {
  const named = name.exec(text.slice(at));
  const valueAt = at + (named?.[0].length ?? 0);
  const value = text[valueAt] === '"' ? readQuoted(text, valueAt) : readBare(text, valueAt);
  if (value.kind === "error") return value;
  const { until, pieces, quoted } = value;
  if (named?.[1] !== undefined) return { kind: "named", name: named[1], valueAt, pieces, quoted, at, until };
  // A star in a bare word is a plain star, because such a text is searched anywhere anyway.
  return { kind: "text", text: quoted ? (pieces[0] ?? "") : text.slice(at, until), at, until };
}

type Value = { readonly kind: "value"; readonly pieces: readonly string[]; readonly quoted: boolean; readonly until: number };

function readBare(text: string, from: number): Value {
  let until = from;
  while (until < text.length && !space.test(text[until] ?? "")) until += 1;
  return { kind: "value", pieces: text.slice(from, until).split(/\*+/), quoted: false, until };
}

function readQuoted(text: string, from: number): Value | Extract<ReadTerm, { kind: "error" }> {
  let value = "";
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') {
      const until = at + 1;
      if (until < text.length && !space.test(text[until] ?? ""))
        return { kind: "error", message: "After the closing quote comes a space or nothing.", at: until, until: until + 1 };
      return { kind: "value", pieces: [value], quoted: true, until };
    }
    if (character === "\\" && /["\\]/.test(text[at + 1] ?? "")) {
      value += text[at + 1] ?? "";
      at += 1;
    } else {
      value += character;
    }
  }
  return { kind: "error", message: 'The quote is not closed: a " is missing.', at: from, until: text.length };
}
