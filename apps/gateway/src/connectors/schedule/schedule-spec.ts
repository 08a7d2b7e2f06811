/** ScheduleSpec: the declaration of a schedule, read and checked. */
export type When =
  | { readonly kind: "cron"; readonly cron: string; readonly timeZone: string }
  /** Counted from 1970 on, so that the times are the same after every start. */
  | { readonly kind: "every"; readonly everyMs: number }
  /** In order. */
  | { readonly kind: "at"; readonly atMs: readonly number[] };

/** Which of the runs that are more than `lateMs` late are sent: the latest, the latest `max`, or none. */
export type Misfire = { readonly kind: "one" } | { readonly kind: "all"; readonly max: number } | { readonly kind: "skip" };

export interface ScheduleSpec {
  readonly when: When;
  readonly target: string;
  readonly entityId: string;
  /** Undefined for a JSON value that says which run it is. */
  readonly value: string | undefined;
  readonly valueType: string;
  readonly jitterMs: number;
  readonly lateMs: number;
  readonly misfire: Misfire;
}

/** The text for people. */
export function whenText(when: When): string {
  switch (when.kind) {
    case "cron":
      return `cron ${when.cron} in ${when.timeZone}`;
    case "every":
      return `every ${durationText(when.everyMs)}`;
    case "at":
      return `at ${when.atMs.map((ms) => new Date(ms).toISOString()).join(", ")}`;
  }
}

export function misfireText(misfire: Misfire): string {
  switch (misfire.kind) {
    case "one":
      return "of missed runs the latest is sent";
    case "all":
      return `of missed runs the latest ${misfire.max} are sent`;
    case "skip":
      return "missed runs are left out";
  }
}

function durationText(ms: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1000, "s"],
  ] as const;
  const [unitMs, name] = units.find(([unit]) => ms % unit === 0) ?? ([1, "ms"] as const);
  return `${ms / unitMs} ${name}`;
}
