/**
 * counting: writes a count with the form of the word that a language needs for it, by the browser's own plural rules. Neighbours: the
 * German texts.
 */
import { grouped } from "../format/numbers.ts";

export type Counting = (count: number, one: string, many: string) => string;

/** counting("de")(2, "Nachricht", "Nachrichten") → "2 Nachrichten". */
export function counting(language: string): Counting {
  const rules = new Intl.PluralRules(language);
  return (count, one, many) => `${grouped(count)} ${rules.select(count) === "one" ? one : many}`;
}
