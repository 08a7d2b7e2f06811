/**
 * SourceDraft: one source of a bootstrap as it is in the form, and what is sent to the gateway. It is pure.
 */
import type { BootstrapWords } from "../../words/bootstrap/en.ts";

export const fileKinds = ["csv", "jsonl", "parquet", "sqlite"] as const;
export type FileKind = (typeof fileKinds)[number];

export interface SourceDraft {
  /** The key of the form's row. */
  readonly key: number;
  readonly name: string;
  readonly kind: FileKind | "postgresql";
  /** The name of a file that the gateway keeps, or a URL. */
  readonly place: string;
}

const byEnding: Readonly<Record<string, FileKind>> = {
  csv: "csv",
  tsv: "csv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  parquet: "parquet",
  db: "sqlite",
  sqlite: "sqlite",
  sqlite3: "sqlite",
};

/** Guesses a file's kind from its name; its table is named after it. */
export function draftOfFile(file: string, key: number): SourceDraft {
  const dot = file.lastIndexOf(".");
  const ending = dot < 0 ? "" : file.slice(dot + 1).toLowerCase();
  const stem = dot < 0 ? file : file.slice(0, dot);
  const name = stem.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
  return { key, name, kind: byEnding[ending] ?? "csv", place: file };
}

/** Returns the name under which the gateway keeps a file of a person's machine. */
export function keptName(name: string): string {
  const kept = name.replaceAll(/[^A-Za-z0-9._-]/g, "_").replace(/^[^A-Za-z0-9]+/, "");
  return kept.slice(0, 128) || "file";
}

export function sourceInput({ name, kind, place }: SourceDraft) {
  return kind === "postgresql" ? { kind, name, url: place } : { kind, name, file: place };
}

/** Returns the first thing that keeps it from being read, or null. */
export function draftProblem({ name, place, kind }: SourceDraft, words: BootstrapWords["sources"]["problems"]): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name)) return words.name;
  if (place === "") return kind === "postgresql" ? words.url(name) : words.file(name);
  return null;
}
