/** isSeen: whether a comparison may tell of a type. Neighbour: sight/sight.ts has the rule. */
import { sightInto } from "../sight/sight.ts";

/** `namespaces` undefined: all are seen. */
export function isSeen(type: string, namespaces: readonly string[] | undefined): boolean {
  return namespaces === undefined || sightInto(namespaces).sees(type);
}
