/** Duration: milliseconds, or a text such as "500ms", "30s", "10m", "2h", "7d". */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const text = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Whole milliseconds, 0 or more. Throws a TypeError for anything else. */
export function durationMs(duration: Duration): number {
  const ms = typeof duration === "number" ? duration : typeof duration === "string" ? fromText(duration) : Number.NaN;
  if (!Number.isSafeInteger(Math.round(ms)) || ms < 0)
    throw new TypeError(`${typeof duration === "string" ? JSON.stringify(duration) : String(duration)} is no duration; write 500 or "10m"`);
  return Math.round(ms);
}

function fromText(duration: string): number {
  const match = text.exec(duration);
  const unit = match?.[2];
  if (match === null || (unit !== "ms" && unit !== "s" && unit !== "m" && unit !== "h" && unit !== "d")) return Number.NaN;
  return Number(match[1]) * unitMs[unit];
}
