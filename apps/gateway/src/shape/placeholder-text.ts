/**
 * PlaceholderText: finds ${…} in a text. Neighbours: modules/placeholders.ts, and the texts of alerts and bootstraps that name a secret or
 * a variable.
 * Guarantee: each character is looked at once, even where many placeholders begin and none ends; a pattern would search the end again from
 * each beginning.
 */
export interface Placeholder {
  readonly at: number;
  /** The placeholder with its braces. */
  readonly written: string;
  readonly name: string;
}

export function placeholdersIn(text: string): Placeholder[] {
  const found: Placeholder[] = [];
  for (let at = text.indexOf("${"); at >= 0; ) {
    const end = text.indexOf("}", at);
    if (end < 0) break;
    found.push({ at, written: text.slice(at, end + 1), name: text.slice(at + 2, end) });
    at = text.indexOf("${", end);
  }
  return found;
}

export function replacePlaceholders(text: string, replacement: (name: string, written: string) => string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { at, written, name } of placeholdersIn(text)) {
    parts.push(text.slice(from, at), replacement(name, written));
    from = at + written.length;
  }
  return parts.join("") + text.slice(from);
}
