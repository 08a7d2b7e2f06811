/**
 * Calendar: converts between days and microseconds since 2000, which is PostgreSQL's binary form, and DuckDB's texts. Neighbours:
 * write-value.ts and read-value.ts. Guarantee: exact for every day and moment that either side can represent, also before the year 1 and
 * beyond JavaScript's dates; an invalid text gives undefined, never another day.
 */

/** PostgreSQL's values for infinity. */
const endless = { day: { late: 2 ** 31 - 1, early: -(2 ** 31) }, micros: { late: 2n ** 63n - 1n, early: -(2n ** 63n) } };
const daysTo2000 = 10_957;
const dayMicros = 86_400_000_000n;
const datePattern = /^(\d{4,7})-(\d\d)-(\d\d)( \(BC\))?$/;
const timestampPattern = /^(\d{4,7}-\d\d-\d\d(?: \(BC\))?) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)/;

export function dateText(days: number): string {
  if (days === endless.day.late) return "infinity";
  if (days === endless.day.early) return "-infinity";
  const { year, month, day } = civilOf(days + daysTo2000);
  const written = year > 0 ? year : 1 - year;
  return `${String(written).padStart(4, "0")}-${two(month)}-${two(day)}${year > 0 ? "" : " (BC)"}`;
}

export function daysOf(text: string): number | undefined {
  if (text === "infinity") return endless.day.late;
  if (text === "-infinity") return endless.day.early;
  const found = datePattern.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, before] = found;
  return dayOf({ year: before === undefined ? Number(year) : 1 - Number(year), month: Number(month), day: Number(day) }) - daysTo2000;
}

export function timestampText(micros: bigint): string {
  if (micros === endless.micros.late) return "infinity";
  if (micros === endless.micros.early) return "-infinity";
  const microsOfDay = ((micros % dayMicros) + dayMicros) % dayMicros;
  return `${dateText(Number((micros - microsOfDay) / dayMicros))} ${clockText(microsOfDay)}`;
}

/** All instants are in UTC. */
export function microsOf(text: string): bigint | undefined {
  if (text === "infinity") return endless.micros.late;
  if (text === "-infinity") return endless.micros.early;
  const [, date = "", clock = ""] = timestampPattern.exec(text) ?? [];
  const days = daysOf(date);
  return days === undefined ? undefined : BigInt(days) * dayMicros + clockMicros(clock);
}

/** The microseconds of hours, minutes, seconds and fractions; anything finer is dropped. */
export function clockMicros(text: string): bigint {
  const found = /^(\d+):(\d+):(\d+)(?:\.(\d{1,6}))?/.exec(text);
  const [, hours = 0, minutes = 0, seconds = 0, fraction = ""] = found ?? [];
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
}

function clockText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const clock = [seconds / 3_600n, (seconds / 60n) % 60n, seconds % 60n].map(two).join(":");
  const fraction = String(micros % 1_000_000n).padStart(6, "0");
  return fraction === "000000" ? clock : `${clock}.${fraction}`;
}

interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Years are counted from March on, so that a leap day is the last day of a year; 400 such years always have this many days. */
const cycleDays = 146_097;
const daysToMarchOfYear0 = 719_468;

function dayOf({ year, month, day }: Civil): number {
  const since = month > 2 ? year : year - 1;
  const cycle = Math.floor(since / 400);
  const ofCycle = since - cycle * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return cycle * cycleDays + ofCycle * 365 + Math.floor(ofCycle / 4) - Math.floor(ofCycle / 100) + ofYear - daysToMarchOfYear0;
}

function civilOf(day1970: number): Civil {
  const days = day1970 + daysToMarchOfYear0;
  const cycle = Math.floor(days / cycleDays);
  const daysOfCycle = days - cycle * cycleDays;
  const ofCycle = Math.floor(
    (daysOfCycle - Math.floor(daysOfCycle / 1_460) + Math.floor(daysOfCycle / 36_524) - Math.floor(daysOfCycle / 146_096)) / 365,
  );
  const ofYear = daysOfCycle - (365 * ofCycle + Math.floor(ofCycle / 4) - Math.floor(ofCycle / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  return { year: ofCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * march + 2) / 5) + 1 };
}

function two(value: number | bigint): string {
  return String(value).padStart(2, "0");
}
