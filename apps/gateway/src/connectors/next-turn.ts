/**
 * nextTurn: gives the thread to whatever else waits for it, between two pieces of long work. It waits for nothing: to wait, a connector has the
 * clock of its context (connector.ts).
 */
export { setImmediate as nextTurn } from "node:timers/promises";
