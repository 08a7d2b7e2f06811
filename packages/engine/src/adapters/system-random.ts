/**
 * System random: the Random port on the machine's own generator. Only jitter draws from it and nothing durable depends
 * on it, so speed matters and secrecy does not. See system-clock.ts.
 */
import type { Random } from "../ports/random.ts";

export const systemRandom: Random = { draw: () => Math.random() };
