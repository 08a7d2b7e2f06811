/**
 * parseRetryAfter: how long a server asks to wait (RFC 9110 10.2.3): seconds, or one of the three forms of an HTTP date. Anything else is
 * ignored, and the engine waits as it would without the header. Decimals, which some servers send, are rounded up.
 */
const waitMsMax = 86_400_000;
const seconds = /^(\d{1,9})(?:\.\d{1,9})?$/;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Sun, 06 Nov 1994 08:49:37 GMT */
const fixed = /^[a-z]{3}, (?<day>\d{2}) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) (?:gmt|utc)$/i;
/** Sunday, 06-Nov-94 08:49:37 GMT */
const older = /^[a-z]{6,9}, (?<day>\d{2})-(?<month>[a-z]{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) gmt$/i;
/** Sun Nov  6 08:49:37 1994 */
const asctime = /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/i;

/** At most a day; 0 for a date in the past. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  const waitMs = seconds.test(text) ? Math.ceil(Number(text)) * 1000 : dateMs(text, nowMs) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), waitMsMax) : undefined;
}

/** NaN when the text is no date. */
function dateMs(text: string, nowMs: number): number {
  const parts = (fixed.exec(text) ?? older.exec(text) ?? asctime.exec(text))?.groups;
  if (parts === undefined) return Number.NaN;
  const month = months.indexOf((parts["month"] ?? "").toLowerCase());
  const day = Number(parts["day"]);
  const [hour = 0, minute = 0, second = 0] = (parts["time"] ?? "").split(":").map(Number);
  const year = fullYear(parts["year"] ?? "", nowMs);
  const isTime = hour < 24 && minute < 60 && second <= 60;
  const date = Date.UTC(year, month, day, hour, minute, second);
  // The 31st of February is no date, though Date.UTC would turn it into one in March.
  const isDay = month >= 0 && new Date(Date.UTC(year, month, day)).getUTCDate() === day;
  return isTime && isDay ? date : Number.NaN;
}

/** A year of two digits belongs to the century in which it is at most 50 years ahead. */
function fullYear(digits: string, nowMs: number): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = Math.floor(thisYear / 100) * 100 + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
