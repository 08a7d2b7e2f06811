/**
 * TestText: addresses and stored values as the source of an exported test. A value is written as text where the text is the whole value,
 * else as base64. Pure.
 */
import type { AddressView, ValueView } from "../../trpc/views.ts";

/** The package is named in the text alone: the console does not import it (tools/borders.test.ts reads import lines). */
const testKit = "@signalbox/testing";

/** Returns the first lines of each exported test, below its comment. Nobody here knows where the functions of the `types` were written. */
export function importLines(types: readonly string[]): string[] {
  return [
    `import { testbox } from ${quoted(testKit)};`,
    `import { expect, test } from "vitest";`,
    `// Change this import: entities is a list of what entity() gave, with ${[...new Set(types)].join(", ")} in it. A module that embeds its`,
    `// functions names their file or package under source; code that stands in the module is to be saved as a file first. Where each entity`,
    `// is exported by itself, write: import { cart } from "./functions.ts"; const entities = [cart];`,
    `import { entities } from "./functions.ts";`,
    ``,
    `const text = (typename: string, value: string) => ({ typename, bytes: new TextEncoder().encode(value) });`,
    `const base64 = (typename: string, value: string) => ({ typename, bytes: Uint8Array.from(Buffer.from(value, "base64")) });`,
    ``,
  ];
}

export function addressText({ type, id }: AddressView): string {
  return `{ type: ${quoted(type)}, id: ${quoted(id)} }`;
}

/** Whether the value is complete: its bytes were kept, and no part is masked or erased. */
export function isWhole({ as, masked, erasedMs }: ValueView): boolean {
  return as !== "absent" && (masked ?? []).length === 0 && erasedMs === undefined;
}

/** Writes the value as text when its bytes are one that can be read. */
export function valueText({ typename, as, base64 }: ValueView): string {
  const plain = as === "json" || as === "text" ? readable(base64) : undefined;
  return plain === undefined ? `base64(${quoted(typename)}, ${quoted(base64)})` : `text(${quoted(typename)}, ${quoted(plain)})`;
}

function readable(base64: string): string | undefined {
  const bytes = Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return /^[^\p{Cc}]*$/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

export function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}
