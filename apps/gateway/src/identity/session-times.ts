/**
 * SessionTimes: how long a browser stays signed in, and whether anybody has to sign in. It is a small file of its own, because the settings
 * read it before anything else is loaded.
 */

/** The setting; `off` is allowed only on loopback. */
export type LoginSetting = "on" | "off" | undefined;
export type LoginReason = "off-loopback" | "setting" | "people" | "off";

export interface SessionTimes {
  readonly sessionAgeMs: number;
  readonly sessionIdleMs: number;
}
export const sessionTimes: SessionTimes = { sessionAgeMs: 12 * 3_600_000, sessionIdleMs: 60 * 60_000 };
