/**
 * bootstrapRefused: why a bootstrap makes nothing, and at which place of its input; asRefused turns an error of DuckDB into such a refusal.
 */
import { basename } from "node:path";
import { GatewayError } from "../contract/problem.ts";

export function bootstrapRefused(where: string, detail: string, cure: string): GatewayError {
  return new GatewayError("BOOTSTRAP_REFUSED", { detail: cut(detail), where, cure });
}

const detailCharactersMax = 2_000;

export function asRefused(error: unknown, where: string, cure: string): GatewayError {
  if (error instanceof GatewayError) return error;
  return bootstrapRefused(where, error instanceof Error ? error.message : String(error), cure);
}

/**
 * The same refusal without the folders of this machine: whoever runs a bootstrap names files of one folder, and DuckDB repeats the whole path
 * and the statement that we made of it.
 */
export function withoutFolders(error: unknown, paths: readonly string[]): unknown {
  if (!(error instanceof GatewayError)) return error;
  const named = paths.reduce((text, path) => text.replaceAll(path, basename(path)), error.detail);
  return new GatewayError(error.code, { detail: named.replace(ownStatement, ""), where: error.where, cure: error.cure });
}

const ownStatement = /\n\nLINE \d+: CREATE VIEW [\s\S]*$/;

function cut(text: string): string {
  return text.length <= detailCharactersMax ? text : `${text.slice(0, detailCharactersMax)}…`;
}
