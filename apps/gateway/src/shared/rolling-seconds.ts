/**
 * RollingSeconds: the seconds over which the live numbers are taken. The gateway counts with them and the console shows them, so they are
 * defined here for both.
 */

/** For every rate (messages in, invocations, failed attempts; of a type, of an edge, of all): the last full seconds and the running one. */
export const rateSeconds = 5;
/** For every percentile of a latency, which covers between half of this and all of it. */
export const latencySeconds = 10;
/** The length of the timeline, with one bucket a second. */
export const timelineSeconds = 600;
