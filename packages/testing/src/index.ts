/** The public names of @signalbox/testing. */
export { testbox, type Testbox } from "./testbox.ts";
export type { BoxOptions, GivenState, GivenValue, SendOptions } from "./box.ts";
export { HiddenInput, LateEffect, StuckHandler, type LogLine } from "./function-caller.ts";
export type { EgressEntry, EntityLook, HistoryEntry, SentEntry } from "./look.ts";
export type { WorldView } from "./mirror.ts";
export { WorldFailure, type WorldsOptions } from "./worlds.ts";
