/**
 * prettyJson: indents JSON text without parsing it, so that every digit, escape and repeated key stays as it came.
 * The text must be valid JSON (JSON.parse accepted it); anything else comes back with odd spacing, never with other content.
 */
export function prettyJson(text: string): string {
  const out: string[] = [];
  let depth = 0;
  let at = 0;
  const breakLine = (): void => void out.push("\n", "  ".repeat(depth));
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') {
      const end = stringEnd(text, at);
      out.push(text.slice(at, end));
      at = end;
      continue;
    }
    at++;
    if (/\s/.test(char)) continue;
    if (char === "{" || char === "[") {
      const close = char === "{" ? "}" : "]";
      const next = skipSpace(text, at);
      if (text.charAt(next) === close) {
        out.push(char, close);
        at = next + 1;
        continue;
      }
      depth++;
      out.push(char);
      breakLine();
    } else if (char === "}" || char === "]") {
      depth = Math.max(0, depth - 1);
      breakLine();
      out.push(char);
    } else if (char === ",") {
      out.push(char);
      breakLine();
    } else {
      out.push(char === ":" ? ": " : char);
    }
  }
  return out.join("");
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

function stringEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1;
  return Math.min(at + 1, text.length);
}
