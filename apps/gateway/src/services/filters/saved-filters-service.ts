/**
 * The verbs of saved filters (contract/people/saved-filters.ts says what each takes and gives): each verb reaches only the filters of its
 * caller.
 */
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { savedFiltersMax } from "../../contract/people/saved-filters.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

export function savedFiltersService({ filters }: Pick<ServiceParts, "filters">): ServiceOf<"savedFilters"> {
  return {
    async list(principal, { subject }) {
      return (await filters.list({ owner: ownerOf(principal), subject })).map(({ name, text }) => ({ name, text }));
    },
    async save(principal, { subject, name, text }) {
      const owner = ownerOf(principal);
      const there = await filters.list({ owner, subject });
      if (there.length >= savedFiltersMax && there.every((filter) => filter.name !== name))
        throw new GatewayError("INVALID_REQUEST", {
          detail: `${savedFiltersMax} filters are saved here already.`,
          where: "name",
          cure: "Forget some that are no longer needed, or save it under the name of one of them.",
        });
      await filters.put({ owner, subject, name, text, changedMs: Date.now() });
      return {};
    },
    async forget(principal, { subject, name }) {
      await filters.remove({ owner: ownerOf(principal), subject, name });
      return {};
    },
  };
}

/**
 * A person is identified by id, so that another one of the same name does not get the filters. Where nobody signs in, all callers are one.
 */
function ownerOf({ kind, name, userId, credential }: Principal): string {
  if (userId !== undefined) return `user:${userId}`;
  return kind === "person" ? "" : `${kind}:${credential ?? name}`;
}
