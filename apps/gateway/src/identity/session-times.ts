/** SessionTimes: how long a browser stays signed in, and whether anybody has to sign in. The settings read it before anything else is loaded. */

/** off: only on loopback. */
export type LoginSetting = "on" | "off" | undefined;
export type LoginReason = "off-loopback" | "setting" | "people" | "off";

export interface SessionTimes {
  readonly sessionAgeMs: number;
  readonly sessionIdleMs: number;
}
export const sessionTimes: SessionTimes = { sessionAgeMs: 12 * 3_600_000, sessionIdleMs: 60 * 60_000 };
