/**
 * ExactNumber: numbers that add up exactly in any order: whole ones of any size, and decimals as they are written, to 20 places. A sum of
 * doubles would depend on the order, and so blame an invocation that did nothing wrong. Neighbours: invariant-fold.ts adds and subtracts.
 */

/** A number in units of 10^-20. */
export type Exact = bigint;

const places = 20;
const unit = 10n ** BigInt(places);
const written = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** Returns undefined for what is no number, or has more than 20 places. */
export function exactOf(value: unknown): Exact | undefined {
  if (typeof value === "bigint") return value * unit;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  if (Number.isSafeInteger(value)) return BigInt(value) * unit;
  // The shortest text that means this double is what a person wrote, so that is what is added.
  const parts = written.exec(String(value));
  if (parts === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const shift = places - fraction.length + Number(exponent);
  if (shift < 0) return undefined;
  const units = BigInt(whole + fraction) * 10n ** BigInt(shift);
  return sign === "-" ? -units : units;
}

export function exactText(exact: Exact): string {
  const size = exact < 0n ? -exact : exact;
  const fraction = String(size % unit)
    .padStart(places, "0")
    .replace(/(?<!0)0+$/, "");
  return `${exact < 0n ? "-" : ""}${size / unit}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Reads what exactText wrote; undefined for any other text. */
export function exactFrom(text: string): Exact | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d{1,20}))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign = "", whole = "", fraction = ""] = parts;
  const units = BigInt(whole) * unit + BigInt(fraction.padEnd(places, "0"));
  return sign === "-" ? -units : units;
}
