/**
 * ifAble: gives an empty value for what truly does not exist without an ability: without savepoints there is no era, without egress there
 * are no records. Use it only where a page or a count shows other things too; a request for the thing itself is refused.
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
