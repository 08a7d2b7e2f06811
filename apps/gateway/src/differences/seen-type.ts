/**
 * isSeen: whether a comparison may show a type. Neighbour: sight/sight.ts has the rule.
 */
import { sightInto } from "../sight/sight.ts";

/** All types are shown when `namespaces` is undefined. */
export function isSeen(type: string, namespaces: readonly string[] | undefined): boolean {
  return namespaces === undefined || sightInto(namespaces).sees(type);
}
