/**
 * Corpus: cases that failed once (and some that any parser should meet), one small JSON file each with the reason it is kept. Bytes are
 * written as {"base64": …}. Neighbours: fuzz.test.ts runs all of it; fuzz-run.ts prints a failed case in this form.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "corpus");

export interface CorpusFile<Case> {
  readonly file: string;
  readonly reason: string;
  readonly case: Case;
}

export function caseText(fuzzCase: unknown): string {
  return JSON.stringify(fuzzCase, (_key, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : reviveBuffer(value),
  );
}

/** Buffer has a toJSON of its own, which has run before the replacer sees it. */
function reviveBuffer(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("type" in value) || !("data" in value)) return value;
  return value.type === "Buffer" && Array.isArray(value.data) ? { base64: Buffer.from(value.data).toString("base64") } : value;
}

function parseCase(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || !("base64" in value) || Object.keys(value).length !== 1) return value;
    return new Uint8Array(Buffer.from(String(value.base64), "base64"));
  });
}

/** Reads our own files; running each shows that it is a case of its target. */
export function readCorpus<Case>(target: string): CorpusFile<Case>[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${target}.`) && name.endsWith(".json"));
  return files.toSorted().map((file) => {
    const parsed = parseCase(readFileSync(join(folder, file), "utf8")) as { reason: string; case: Case };
    return { file, reason: parsed.reason, case: parsed.case };
  });
}
