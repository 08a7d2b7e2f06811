/**
 * CallerLink: the sender of a message: the entity, or the ingress when there is no caller.
 */
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import type { AddressView } from "../../trpc/views.ts";
import { entityHref } from "./entity-href.ts";
import { useValuesWords } from "../../words/values/use-values-words.ts";

export function CallerLink({ caller }: { caller: AddressView | null }): ReactElement {
  const words = useValuesWords();
  return caller === null ? <span className="text-quiet">{words.ingress}</span> : <EntityLink address={caller} />;
}

export function EntityLink({ address }: { address: AddressView }): ReactElement {
  return (
    <Link className="font-mono text-[12px] hover:underline" href={entityHref(address)}>
      <span className="text-quiet">{address.type}/</span>
      {address.id}
    </Link>
  );
}
