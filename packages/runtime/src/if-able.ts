/**
 * ifAble: for what is truly empty where the runtime lacks the ability: without savepoints there is no era, without egress there are no records. Only
 * where a page or a count has more to say than this one thing; who asks for the thing itself is refused.
 */
import { CapabilityMissing } from "./capability-missing.ts";

export function ifAble<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof CapabilityMissing) return otherwise;
    throw error;
  }
}
