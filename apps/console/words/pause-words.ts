/** PauseWords: of a type or an endpoint that people paused, in both languages. Beside en.ts and de.ts, which every page loads: few pages need these. */
import type { Words } from "./en.ts";

interface PauseWords {
  readonly paused: string;
  readonly until: (moment: string) => string;
  readonly untilResumed: string;
}

export const pauseWords: Readonly<Record<Words["tag"], PauseWords>> = {
  en: { paused: "paused", until: (moment) => `until ${moment}`, untilResumed: "until somebody resumes it" },
  de: { paused: "pausiert", until: (moment) => `bis ${moment}`, untilResumed: "bis jemand fortsetzt" },
};
