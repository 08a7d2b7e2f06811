/**
 * NoEntities: why a list of entities is empty and what helps: the type has none, none begins so, or none fits the filter, and then whether
 * any has its fields.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { sendHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { Link } from "../../ui/link.tsx";
import { useEntitiesWords } from "../../words/entities/use-entities-words.ts";
import { unknownFields } from "./unknown-fields.ts";

/** How many entities of the type are looked at, without the filter, to find out whether any has a field. */
const lookedMax = 100;

interface NoEntitiesProps {
  type: string;
  prefix: string;
  filter: string;
  onClear: () => void;
}

export function NoEntities({ type, prefix, filter, onClear }: NoEntitiesProps): ReactElement {
  const words = useEntitiesWords();
  if (filter !== "")
    return (
      <EmptyState title={words.noneFits(type)} action={<Button onClick={onClear}>{words.clear}</Button>}>
        {words.noneFitsAbout}
        <UnknownFields type={type} filter={filter} />
      </EmptyState>
    );
  return prefix === "" ? (
    <EmptyState
      title={words.noneOfType(type)}
      action={
        <Button asChild tone="primary">
          <Link href={sendHref({ type })}>{words.sendFirst}</Link>
        </Button>
      }
    >
      {words.noneOfTypeAbout}
    </EmptyState>
  ) : (
    <EmptyState
      title={words.noneBegins(type, prefix)}
      action={
        <Button asChild>
          <Link href={sendHref({ type, id: prefix })}>{words.sendTo(prefix)}</Link>
        </Button>
      }
    >
      {words.noneBeginsAbout}
    </EmptyState>
  );
}

/** Warns about fields that no entity has, because a misspelt field finds nothing either. */
function UnknownFields({ type, filter }: { type: string; filter: string }): ReactElement | null {
  const words = useEntitiesWords();
  const { data } = useQuery(useTRPC().entities.rows.queryOptions({ type, prefix: "", filter: "", limit: lookedMax }));
  if (data === undefined) return null;
  const unknown = unknownFields(
    filter,
    data.columns.map(({ path }) => path),
  );
  return (
    <>
      {unknown.map(({ path, near }) => (
        <span key={path} role="note" className="mt-2 block text-caution">
          {words.noField(`state.${path}`, { entities: data.items.length, all: data.cursor === null })}
          {near === undefined ? "" : words.nearField(`state.${near}`)}
        </span>
      ))}
    </>
  );
}
