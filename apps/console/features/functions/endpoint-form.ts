/** What the registration form accepts, told while typing; the gateway checks again. Pure. */
const TYPE_NAMES_MAX = 50;

export function urlProblem(text: string): string | null {
  const plain = text.trim().replaceAll("{function.name}", "name");
  if (!/^(https?|http\+unix|https\+unix|grpcs?):\/\//.test(plain))
    return "Begin with http:// or https:// (or http+unix://, https+unix://).";
  if (/\{[^}]*\}/.test(plain)) return "The only placeholder is {function.name}.";
  try {
    return new URL(plain).hostname === "" && !plain.includes("+unix") ? "The host is missing." : null;
  } catch {
    return "This is not a URL.";
  }
}

export function functionsProblem(text: string): string | null {
  const trimmed = text.trim();
  if (!trimmed.includes("/")) return "Write namespace/name, or namespace/* for all of a namespace.";
  return /^[^/\s*]+\/(\*|[^/\s*]+)$/.test(trimmed) ? null : "One slash, no spaces; * only as the whole name.";
}

/** The types to ask for: the one type itself, or the names that a person gave for a wildcard. */
export function typeNamesOf(functions: string, typed: string): { types: string[]; problem: string | null } {
  const trimmed = functions.trim();
  if (!trimmed.endsWith("/*")) return { types: functionsProblem(trimmed) === null ? [trimmed] : [], problem: null };
  const namespace = trimmed.slice(0, -2);
  const types = typed
    .split(/[\s,]+/)
    .filter((name) => name !== "")
    .map((name) => (name.includes("/") ? name : `${namespace}/${name}`));
  if (types.length > TYPE_NAMES_MAX) return { types, problem: `At most ${TYPE_NAMES_MAX} types.` };
  const foreign = types.find((type) => !type.startsWith(`${namespace}/`) || functionsProblem(type) !== null || type.endsWith("*"));
  return { types: [...new Set(types)], problem: foreign === undefined ? null : `${foreign} is not of ${namespace}/*.` };
}
