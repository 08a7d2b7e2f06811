/**
 * JsonNode: JSON text as a tree that keeps every number as it was written, so that 64-bit integers stay exact. Invalid text gives null, and
 * the caller then shows it as text. Pure.
 */
export type JsonNode =
  | { kind: "object"; entries: readonly { key: string; value: JsonNode }[] }
  | { kind: "array"; items: readonly JsonNode[] }
  | { kind: "string"; value: string }
  /** A number, true, false or null, as written. */
  | { kind: "literal"; text: string };

const DEPTH_MAX = 200;
const LITERAL = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const SPACE = /\s*/y;

class Reader {
  at = 0;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return null;
    this.at += match[0].length;
    return match[0];
  }

  skip(): void {
    this.take(SPACE);
  }

  eat(character: string): boolean {
    this.skip();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  fail(): never {
    throw new SyntaxError(`not JSON at ${this.at}`);
  }

  string(): string {
    const token = this.take(STRING);
    return token === null ? this.fail() : String(JSON.parse(token));
  }

  value(depth: number): JsonNode {
    if (depth > DEPTH_MAX) return this.fail();
    this.skip();
    const next = this.text[this.at];
    if (next === "{") return this.object(depth);
    if (next === "[") return this.array(depth);
    if (next === '"') return { kind: "string", value: this.string() };
    const text = this.take(LITERAL);
    return text === null ? this.fail() : { kind: "literal", text };
  }

  object(depth: number): JsonNode {
    this.eat("{");
    const entries: { key: string; value: JsonNode }[] = [];
    if (this.eat("}")) return { kind: "object", entries };
    do {
      this.skip();
      const key = this.string();
      if (!this.eat(":")) return this.fail();
      entries.push({ key, value: this.value(depth + 1) });
    } while (this.eat(","));
    return this.eat("}") ? { kind: "object", entries } : this.fail();
  }

  array(depth: number): JsonNode {
    this.eat("[");
    const items: JsonNode[] = [];
    if (this.eat("]")) return { kind: "array", items };
    do items.push(this.value(depth + 1));
    while (this.eat(","));
    return this.eat("]") ? { kind: "array", items } : this.fail();
  }
}

export function parseJson(text: string): JsonNode | null {
  const reader = new Reader(text);
  try {
    const node = reader.value(0);
    reader.skip();
    return reader.at === text.length ? node : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function toText(node: JsonNode): string {
  switch (node.kind) {
    case "object":
      return `{${node.entries.map((entry) => `${JSON.stringify(entry.key)}: ${toText(entry.value)}`).join(", ")}}`;
    case "array":
      return `[${node.items.map(toText).join(", ")}]`;
    case "string":
      return JSON.stringify(node.value);
    case "literal":
      return node.text;
  }
}

/** Writes it indented by two, which is what people edit. */
export function toPretty(node: JsonNode, indent = ""): string {
  const deeper = `${indent}  `;
  switch (node.kind) {
    case "object":
      if (node.entries.length === 0) return "{}";
      return `{\n${node.entries.map((entry) => `${deeper}${JSON.stringify(entry.key)}: ${toPretty(entry.value, deeper)}`).join(",\n")}\n${indent}}`;
    case "array":
      if (node.items.length === 0) return "[]";
      return `[\n${node.items.map((item) => `${deeper}${toPretty(item, deeper)}`).join(",\n")}\n${indent}]`;
    case "string":
    case "literal":
      return toText(node);
  }
}
