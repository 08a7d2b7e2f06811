/**
 * nextTurn: lets other work of the thread run between two pieces of long work. It does not wait: for that a connector has the clock of its
 * context (connector.ts).
 */
export { setImmediate as nextTurn } from "node:timers/promises";
