/**
 * Setting: one variable of the environment, what it means and how it is read. Neighbour: env.ts lists them.
 */
import { z } from "zod";

export interface Setting<T> {
  readonly variable: string;
  readonly fallback: T;
  /** The default as the table shows it, when that is not the value itself. */
  readonly fallbackText?: string;
  readonly meaning: string;
  /** Says what to write; it ends the error message. */
  readonly cure: string;
  readonly schema: z.ZodType<T, string>;
  /** Set when an error must not repeat the value. */
  readonly isSecret?: true;
}

export const wholeNumber = z.string().regex(/^\d+$/).transform(Number);

export function portSetting(variable: string, fallback: number, meaning: string): Setting<number> {
  return {
    variable,
    fallback,
    meaning,
    cure: "write a port from 0 to 65535 (0 picks a free one)",
    schema: wholeNumber.pipe(z.number().max(65_535)),
  };
}

export function wordSetting<Word extends string>(
  variable: string,
  words: readonly [Word, ...Word[]],
  rest: { fallback: Word; meaning: string },
): Setting<Word> {
  return { variable, ...rest, cure: `write one of ${words.join(", ")}`, schema: z.enum(words) };
}

/** A number of bytes, at least `least`. */
export function bytesSetting(
  variable: string,
  { fallback, least, meaning }: { fallback: number; least: number; meaning: string },
): Setting<number> {
  const schema = wholeNumber.pipe(z.number().min(least).max(Number.MAX_SAFE_INTEGER));
  return { variable, fallback, meaning, cure: `write a whole number of bytes, at least ${least}`, schema };
}

export function timeSetting(variable: string, fallback: number, meaning: string): Setting<number> {
  const schema = wholeNumber.pipe(
    z
      .number()
      .min(1_000)
      .max(366 * 24 * 3_600_000),
  );
  return { variable, fallback, meaning, cure: "write a whole number of milliseconds, at least 1000", schema };
}

export function textSetting(variable: string, rest: Omit<Setting<string>, "variable" | "schema">): Setting<string> {
  return { variable, ...rest, schema: z.string().trim().min(1) };
}

/** A list separated by commas; blanks do not count. */
export function listSetting(
  variable: string,
  rest: Omit<Setting<readonly string[]>, "variable" | "schema" | "fallback" | "fallbackText"> & { item: (text: string) => boolean },
): Setting<readonly string[]> {
  const { item, ...texts } = rest;
  const list = z.string().transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );
  return { variable, ...texts, fallback: [], fallbackText: "none", schema: list.refine((parts) => parts.every(item)) };
}
