/** RollingSeconds: over how long the live numbers are taken. The gateway counts with these and the console says them: one place for both. */

/** Every rate (messages in, invocations, failed attempts; of a type, of an edge, of all): the last full seconds and the running one. */
export const rateSeconds = 5;
/** Every percentile of a latency: at least half of this, at most all of it. */
export const latencySeconds = 10;
/** The timeline: one bucket a second. */
export const timelineSeconds = 600;
