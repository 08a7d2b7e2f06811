/**
 * WhyNoMore: whether the person who began something that goes on by itself still has the right to it; asked again while it runs. It checks
 * the person's rights and not whether they are signed in, because signing out does not take back what was begun. Neighbours:
 * failures/bulk-acts.ts asks, identity/ knows.
 */
import { contract } from "../contract/contract.ts";
import type { Operation } from "../contract/operation.ts";
import type { Principal } from "../contract/principal.ts";
import { authorizer } from "../identity/authorizer.ts";
import type { Identity } from "../identity/identity.ts";

/** Resolves with the reason, or with undefined when they still have the right. Rejects while the catalog does not answer. */
export function whyNoMore(
  { identity }: { readonly identity: Pick<Identity, "rightsNow"> },
  principal: Principal,
  { name, input }: { readonly name: string; readonly input: unknown },
): () => Promise<string | undefined> {
  const [noun = "", verb = ""] = name.split(".", 2);
  const operation = (contract as Readonly<Record<string, Readonly<Record<string, Operation>>>>)[noun]?.[verb];
  if (operation === undefined) throw new Error(`the contract has no ${name}`);
  return async () => {
    const rights = await identity.rightsNow(principal);
    if (rights === undefined) return `${principal.name} was kept out, or the token or the client certificate has ended`;
    const decision = authorizer.decide({ ...principal, rights }, { name, operation, input });
    return decision.kind === "allow" ? undefined : `${principal.name} may not any more: ${decision.reason}`;
  };
}
