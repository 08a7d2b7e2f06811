/**
 * Entities: one type, an id prefix and a filter (entity-list.tsx). Selecting shows the entity at the side; opening goes to its page. The
 * URL holds the type, prefix, filter and selection.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryStates } from "nuqs";
import { useEffect, type FormEvent, type ReactElement } from "react";
import { CapabilityLine } from "../../capability/capability-note.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/form/combobox.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { Input } from "../../ui/form/field.tsx";
import { Kbd } from "../../ui/text/kbd.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { useEntitiesWords } from "../../words/entities/use-entities-words.ts";
import { useWords } from "../../words/use-words.ts";
import { entityHref } from "./entity-href.ts";
import { EntityList } from "./entity-list.tsx";
import { EntitySide } from "./entity-side.tsx";

export function EntitiesPage(): ReactElement {
  const words = useEntitiesWords();
  const { name } = useWords().navigation.entities;
  const trpc = useTRPC();
  const router = useRouter();
  const [view, setView] = useQueryStates(
    { type: parseAsString, prefix: parseAsString.withDefault(""), row: parseAsString, id: parseAsString },
    { history: "replace" },
  );
  const types = useQuery(trpc.entities.types.queryOptions());
  const type = view.type ?? types.data?.[0]?.type ?? null;
  const validType = type !== null && /^[^/\s]+\/[^/\s]+$/.test(type) ? type : null;

  // A link that names one entity by `id` leads to its page.
  useEffect(() => {
    if (view.id !== null && validType !== null) router.replace(entityHref({ type: validType, id: view.id }));
  }, [router, validType, view.id]);

  function open(event: FormEvent): void {
    event.preventDefault();
    if (validType !== null && view.prefix !== "") router.push(entityHref({ type: validType, id: view.prefix }));
  }

  const noTypes = types.data?.length === 0 && view.type === null;
  return (
    <>
      <PageHeader title={name} note={type === null ? undefined : <span className="font-mono">{type}</span>} />
      <PageBody className="flex flex-col">
        <CapabilityLine capability="current-state" />
        <form onSubmit={open} className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
          <TypeBox type={type} types={types.data ?? []} onType={(next) => void setView({ type: next, row: null })} />
          <Input
            className="min-w-0 flex-1"
            mono
            aria-label={words.prefix}
            placeholder={words.prefixExample}
            value={view.prefix}
            onChange={(event) => void setView({ prefix: event.target.value === "" ? null : event.target.value, row: null })}
          />
          <Button type="submit" disabled={validType === null || view.prefix === ""}>
            {words.openId} <Kbd>Enter</Kbd>
          </Button>
        </form>
        {noTypes ? (
          <NoTypes />
        ) : types.data === undefined && view.type === null ? (
          <QueryView query={types} what={words.types}>
            {() => null}
          </QueryView>
        ) : validType === null ? (
          <EmptyState title={words.whichType}>{words.whichTypeAbout}</EmptyState>
        ) : (
          <EntityList
            key={validType}
            type={validType}
            prefix={view.prefix}
            selected={view.row}
            onSelect={(id) => void setView({ row: id })}
          />
        )}
      </PageBody>
      {validType === null || view.row === null ? null : (
        <EntitySide address={{ type: validType, id: view.row }} onClose={() => void setView({ row: null })} />
      )}
    </>
  );
}

interface TypeBoxProps {
  type: string | null;
  types: readonly { type: string; endpoint: string | null }[];
  onType: (type: string) => void;
}

function TypeBox({ type, types, onType }: TypeBoxProps): ReactElement {
  const words = useEntitiesWords();
  return (
    <Combobox
      className="w-64 max-sm:w-full"
      aria-label={words.type}
      mono
      placeholder="namespace/name"
      value={type ?? ""}
      suggestions={types.map((row) => ({ value: row.type, detail: row.endpoint === null ? words.noEndpoint : undefined }))}
      onChange={onType}
    />
  );
}

function NoTypes(): ReactElement {
  const words = useEntitiesWords().none;
  return (
    <EmptyState
      title={words.title}
      action={
        <Button asChild tone="primary">
          <Link href="/functions/register">{words.register}</Link>
        </Button>
      }
    >
      {words.about}
    </EmptyState>
  );
}
