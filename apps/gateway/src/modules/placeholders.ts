/**
 * Placeholders: ${VAR} in a component's spec values becomes the text of an environment variable, ${secret.NAME} that of a secret. One that
 * is not set is an error at its place, never an empty text; a resolved text is not resolved again. Modules are given few variables
 * (env.ts), and what they hold is not shown: messages, diffs and views say ${VAR}.
 */
import { replacePlaceholders } from "../shape/placeholder-text.ts";
import type { IssueList } from "../shape/issues.ts";
import type { LocatedField, LocatedValue } from "../shape/located-value.ts";
import { nearestWord } from "../shared/nearest-word.ts";

export interface PlaceholderContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly issues: IssueList;
  /** Names of properties whose text is code: a ${…} in such a text belongs to the code. */
  readonly asWritten?: readonly string[] | undefined;
}

export function resolvePlaceholders(value: LocatedValue, context: PlaceholderContext): LocatedValue {
  switch (value.kind) {
    case "scalar": {
      if (typeof value.value !== "string" || !value.value.includes("${")) return value;
      const errorsBefore = context.issues.errorCount;
      const text = replacePlaceholders(value.value, (name, written) => lookUp(name.trim(), { written, value, ...context }));
      const resolved = { ...value, text, value: text, written: value.value };
      return context.issues.errorCount > errorsBefore ? { ...resolved, unresolved: true } : resolved;
    }
    case "list":
      return { ...value, items: value.items.map((item) => resolvePlaceholders(item, context)) };
    case "map": {
      const fields = new Map<string, LocatedField>();
      for (const [key, field] of value.fields)
        fields.set(key, context.asWritten?.includes(key) === true ? field : { ...field, value: resolvePlaceholders(field.value, context) });
      return { ...value, fields };
    }
  }
}

function lookUp(name: string, { written, value, env, issues }: PlaceholderContext & { written: string; value: LocatedValue }): string {
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  if (text !== undefined) return text;
  const suggestion = nearestWord(name, Object.keys(env));
  if (name.startsWith("secret.")) {
    const secret = name.slice("secret.".length);
    const message = `${written} names a secret that is not there or cannot be opened. Set it first: People, Secrets, or PUT /v1/secrets/${secret}.`;
    issues.error(value.position, message, suggestion);
    return written;
  }
  issues.error(
    value.position,
    `${written} stands for an environment variable that is not set or not given to modules. Set ${name} for the gateway and name it in SIGNALBOX_MODULE_ENV, or write the value.`,
    suggestion,
  );
  return written;
}
