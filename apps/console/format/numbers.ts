/**
 * Numbers as people read them: thin spaces between thousands, always a unit, few digits. Pure; every page uses it.
 */

/** A narrow space that does not break a line. */
export const THIN_SPACE = "\u202f";

/** 1048213 → "1 048 213". */
export function grouped(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const [whole = "0", fraction] = String(Math.abs(value)).split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
  return `${value < 0 ? "−" : ""}${spaced}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** The same for a number that came as text, with every digit of it: "-9007199254740993" → "−9 007 199 254 740 993". */
export function groupedText(number: string): string {
  const [, sign = "", whole, rest = ""] = /^(-?)(\d+)(.*)$/.exec(number) ?? [];
  if (whole === undefined) return number;
  return `${sign === "" ? "" : "−"}${whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE)}${rest}`;
}

/** A rate as people count it: by the hour where less than one comes in a second. */
export function steadyRate(perSecond: number): { readonly count: number; readonly per: "second" | "hour" } {
  const bySecond = perSecond >= 1 || perSecond === 0;
  return { count: Math.round((bySecond ? perSecond : perSecond * 3_600) * 100) / 100, per: bySecond ? "second" : "hour" };
}

/** 73712 → "73.7k", for places with room for four characters. */
export function compact(value: number): string {
  const size = Math.abs(value);
  if (size < 1_000) return String(Math.round(value));
  if (size < 999_500) return `${short(value / 1_000)}k`;
  if (size < 999_500_000) return `${short(value / 1_000_000)}M`;
  return `${short(value / 1_000_000_000)}G`;
}

/** 640.2 → "640/s", 0.35 → "0.4/s"; a trickle never reads as nothing. */
export function rate(perSecond: number): string {
  if (perSecond <= 0) return "0/s";
  if (perSecond < 0.1) return "<0.1/s";
  if (perSecond < 9.95) return `${trimmed(perSecond)}/s`;
  return `${grouped(Math.round(perSecond))}/s`;
}

/** 1536 → "1.5 KiB". */
export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"] as const;
  let size = count / 1_024;
  for (const unit of units) {
    if (size < 1_023.5 || unit === "TiB") return `${size < 9.95 ? trimmed(size) : Math.round(size)} ${unit}`;
    size /= 1_024;
  }
  return `${count} B`;
}

/** counted(1, "entity", "entities") → "1 entity". */
export function counted(count: number, one: string, many: string): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

function short(value: number): string {
  return Math.abs(value) < 99.95 ? value.toFixed(1) : String(Math.round(value));
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
