/**
 * ifAble: gives an empty value for what truly does not exist without an ability: without savepoints there is no era, without egress there
 * are no records. Use it only where a page or a count shows other things too; a request for the thing itself is refused.
 */
import { CapabilityMissing } from "./capability-missing.ts";

export function ifAble<T>(ask: () => Promise<T>, otherwise: T | Promise<T>): Promise<T>;
export function ifAble<T>(ask: () => T, otherwise: T): T;
export function ifAble<T>(ask: () => T | Promise<T>, otherwise: T | Promise<T>): T | Promise<T> {
  const instead = (error: unknown): T | Promise<T> => {
    if (error instanceof CapabilityMissing) return otherwise;
    throw error;
  };
  try {
    // What passes through a wrapper (masks, what a person may see) is refused by its promise and not at once.
    const answer = ask();
    return answer instanceof Promise ? answer.catch(instead) : answer;
  } catch (error) {
    return instead(error);
  }
}
