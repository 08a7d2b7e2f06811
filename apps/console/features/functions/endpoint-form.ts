/**
 * What the registration form accepts, checked while typing; the gateway checks again. Pure.
 */
import type { FunctionsWords } from "../../words/functions/en.ts";

const TYPE_NAMES_MAX = 50;

type Problems = FunctionsWords["problems"];

export function urlProblem(text: string, problems: Problems): string | null {
  const plain = text.trim().replaceAll("{function.name}", "name");
  if (!/^(https?|http\+unix|https\+unix|grpcs?):\/\//.test(plain)) return problems.scheme;
  if (/\{[^}]*\}/.test(plain)) return problems.placeholder;
  try {
    return new URL(plain).hostname === "" && !plain.includes("+unix") ? problems.host : null;
  } catch {
    return problems.notUrl;
  }
}

export function functionsProblem(text: string, problems: Problems): string | null {
  const trimmed = text.trim();
  if (!trimmed.includes("/")) return problems.slash;
  return /^[^/\s*]+\/(\*|[^/\s*]+)$/.test(trimmed) ? null : problems.oneSlash;
}

/** Returns the types to check: the one type itself, or the names that a person gave for a wildcard. */
export function typeNamesOf(functions: string, typed: string, problems: Problems): { types: string[]; problem: string | null } {
  const trimmed = functions.trim();
  if (!trimmed.endsWith("/*")) return { types: functionsProblem(trimmed, problems) === null ? [trimmed] : [], problem: null };
  const namespace = trimmed.slice(0, -2);
  const types = typed
    .split(/[\s,]+/)
    .filter((name) => name !== "")
    .map((name) => (name.includes("/") ? name : `${namespace}/${name}`));
  if (types.length > TYPE_NAMES_MAX) return { types, problem: problems.atMost(TYPE_NAMES_MAX) };
  const foreign = types.find(
    (type) => !type.startsWith(`${namespace}/`) || functionsProblem(type, problems) !== null || type.endsWith("*"),
  );
  return { types: [...new Set(types)], problem: foreign === undefined ? null : problems.foreign(foreign, namespace) };
}
