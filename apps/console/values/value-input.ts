/**
 * What a person may type for a value type, checked at once in the browser; the gateway's codec stays the authority. Built-in types take
 * JSON scalars, as the gateway writes them. Pure.
 */
import { parseJson } from "./json-node.ts";

export const builtInTypes = ["string", "int", "long", "float", "double", "bool"] as const;
export const BUILT_IN_NAMESPACE = "io.statefun.types";

export type BuiltIn = (typeof builtInTypes)[number];

export function builtInOf(typename: string): BuiltIn | null {
  return builtInTypes.find((name) => typename === `${BUILT_IN_NAMESPACE}/${name}`) ?? null;
}

export function isJsonType(typename: string): boolean {
  return builtInOf(typename) !== null || typename.startsWith("type.googleapis.com/");
}

const whole: Record<"int" | "long", { min: bigint; max: bigint }> = {
  int: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  long: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
};

/** Returns null when the text may be a value of the built-in type; else what is expected. */
function scalarProblem(type: BuiltIn, text: string): string | null {
  const trimmed = text.trim();
  switch (type) {
    case "string":
      return parseJson(trimmed)?.kind === "string" ? null : 'A string in double quotes, as in "Bob".';
    case "bool":
      return trimmed === "true" || trimmed === "false" ? null : "true or false.";
    case "int":
    case "long": {
      const { min, max } = whole[type];
      if (!/^-?\d{1,20}$/.test(trimmed)) return "A whole number.";
      const value = BigInt(trimmed);
      return value >= min && value <= max ? null : `A whole number from ${min} to ${max}.`;
    }
    case "float":
    case "double":
      return parseJson(trimmed)?.kind === "literal" && !/[a-z]{2}/.test(trimmed)
        ? null
        : ['"NaN"', '"Infinity"', '"-Infinity"'].includes(trimmed)
          ? null
          : 'A number, "NaN", "Infinity" or "-Infinity".';
  }
}

/** Returns a certain problem of a text of any type. `as` is how the present value decoded: JSON must stay JSON. */
export function looksInvalid(typename: string, text: string, as: "json" | "text" | "bytes" | "absent"): string | null {
  const builtIn = builtInOf(typename);
  if (builtIn !== null) return scalarProblem(builtIn, text);
  if (as === "json" && parseJson(text) === null) return "This is not JSON, and the present value is.";
  return null;
}
