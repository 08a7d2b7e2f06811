/**
 * PauseNames: what a row of the catalog's table of pauses is about, by its name: a type or an endpoint (pauses.ts), the end of an entity's
 * pause (entity-pauses.ts), or such an end in a savepoint that is being restored (restored-ends.ts).
 */
import type { Address } from "@signalbox/runtime";
import type { PauseRecord } from "../../catalog/catalog.ts";

export const mark = { entity: "entity:", restored: "restored:" } as const;

/** Whether a row is of entities; the same table has those of types and endpoints. */
export function isOfEntity({ what }: Pick<PauseRecord, "what">): boolean {
  return what.startsWith(mark.entity) || what.startsWith(mark.restored);
}

export function whatOf({ type, id }: Address): string {
  return `${mark.entity}${type}/${id}`;
}

/** The address in the text. A type has exactly one slash, an id any number of them. */
export function addressOf(what: string): Address {
  const text = what.slice(mark.entity.length);
  const end = text.indexOf("/", text.indexOf("/") + 1);
  return { type: text.slice(0, end), id: text.slice(end + 1) };
}
