/**
 * Entities: one type, an id prefix, pages by cursor without waiting for a count. Selecting shows the entity at the side; opening
 * goes to its page. The URL holds type, prefix and selection.
 */
"use client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryStates } from "nuqs";
import { useEffect, type FormEvent, type ReactElement } from "react";
import { CapabilityLine } from "../../capability/capability-note.tsx";
import { counted, grouped } from "../../format/numbers.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { sendHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { EntityRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import { Combobox } from "../../ui/form/combobox.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { Input } from "../../ui/form/field.tsx";
import { Kbd } from "../../ui/text/kbd.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { useDebounced } from "../../ui/form/use-debounced.ts";
import { entityHref } from "./entity-href.ts";
import { EntitySide } from "./entity-side.tsx";
import { EntityStatusWord } from "./entity-status.tsx";

const PAGE_ROWS = 100;
const TYPING_PAUSE_MS = 150;
/** Mailbox depths move without a change hint of their own. */
const REFRESH_MS = 5_000;

const columns: readonly Column<EntityRow>[] = [
  {
    key: "id",
    header: "Id",
    mono: true,
    cell: (row) => (row.address.id === "" ? <span className="text-quiet">empty id</span> : <MiddleCut text={row.address.id} />),
  },
  { key: "status", header: "Status", width: "130px", cell: (row) => <EntityStatusWord status={row.status} /> },
  {
    key: "mailbox",
    header: "Mailbox",
    width: "100px",
    align: "right",
    mono: true,
    cell: (row) => (row.mailboxDepth === 0 ? <span className="text-quiet">0</span> : grouped(row.mailboxDepth)),
  },
];

export function EntitiesPage(): ReactElement {
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
      <PageHeader title="Entities" note={type === null ? undefined : <span className="font-mono">{type}</span>} />
      <PageBody className="flex flex-col">
        <CapabilityLine capability="current-state" />
        <form onSubmit={open} className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
          <Combobox
            className="w-64 max-sm:w-full"
            aria-label="Function type"
            mono
            placeholder="namespace/name"
            value={type ?? ""}
            suggestions={(types.data ?? []).map((row) => ({ value: row.type, detail: row.endpoint === null ? "no endpoint" : undefined }))}
            onChange={(next) => void setView({ type: next, row: null })}
          />
          <Input
            className="min-w-0 flex-1"
            mono
            aria-label="Id prefix"
            placeholder="Id, or how it begins"
            value={view.prefix}
            onChange={(event) => void setView({ prefix: event.target.value === "" ? null : event.target.value, row: null })}
          />
          <Button type="submit" disabled={validType === null || view.prefix === ""}>
            Open this id <Kbd>Enter</Kbd>
          </Button>
        </form>
        {noTypes ? (
          <NoTypes />
        ) : types.data === undefined && view.type === null ? (
          <QueryView query={types} what="Function types">
            {() => null}
          </QueryView>
        ) : validType === null ? (
          <EmptyState title="Which type?">A function type is written as namespace/name. Choose one above, or type it.</EmptyState>
        ) : (
          <EntityList type={validType} prefix={view.prefix} selected={view.row} onSelect={(id) => void setView({ row: id })} />
        )}
      </PageBody>
      {validType === null || view.row === null ? null : (
        <EntitySide address={{ type: validType, id: view.row }} onClose={() => void setView({ row: null })} />
      )}
    </>
  );
}

function NoTypes(): ReactElement {
  return (
    <EmptyState
      title="No entities yet"
      action={
        <Button asChild tone="primary">
          <Link href="/functions/register">Register an endpoint</Link>
        </Button>
      }
    >
      An entity comes to be when the first message is sent to its address. Register the endpoint that serves its function type, then send it
      a message.
    </EmptyState>
  );
}

function EntityList({
  type,
  prefix,
  selected,
  onSelect,
}: {
  type: string;
  prefix: string;
  selected: string | null;
  onSelect: (id: string) => void;
}): ReactElement {
  const trpc = useTRPC();
  const router = useRouter();
  const settled = useDebounced(prefix, TYPING_PAUSE_MS);
  const list = useInfiniteQuery(
    trpc.entities.list.infiniteQueryOptions(
      { type, prefix: settled, limit: PAGE_ROWS },
      {
        getNextPageParam: (page) => page.cursor,
        placeholderData: keepPreviousData,
        refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 3 ? false : REFRESH_MS),
      },
    ),
  );
  return (
    <QueryView
      query={list}
      what={`Entities of ${type}`}
      empty={{ when: (data) => data.pages.every((page) => page.items.length === 0), view: <NoEntities type={type} prefix={settled} /> }}
    >
      {(data) => {
        const rows = data.pages.flatMap((page) => page.items);
        return (
          <DataTable
            label={`Entities of ${type}`}
            className="flex-1"
            rows={rows}
            columns={columns}
            rowKey={(row) => row.address.id}
            selected={selected}
            onSelect={(row) => onSelect(row.address.id)}
            onOpen={(row) => router.push(entityHref(row.address))}
            foot={
              <div className="flex items-center gap-3 border-t border-line px-3 py-2 text-[12px] text-quiet">
                <span>
                  {counted(rows.length, "entity", "entities")} shown{list.hasNextPage ? ", there are more" : ", these are all"}
                </span>
                {list.hasNextPage ? (
                  <Button size="small" pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                    Show {PAGE_ROWS} more
                  </Button>
                ) : null}
              </div>
            }
          />
        );
      }}
    </QueryView>
  );
}

function NoEntities({ type, prefix }: { type: string; prefix: string }): ReactElement {
  return prefix === "" ? (
    <EmptyState
      title={`No entity of ${type} yet`}
      action={
        <Button asChild tone="primary">
          <Link href={sendHref({ type })}>Send it a first message</Link>
        </Button>
      }
    >
      An entity comes to be when the first message reaches its address.
    </EmptyState>
  ) : (
    <EmptyState
      title={`No id of ${type} begins with “${prefix}”`}
      action={
        <Button asChild>
          <Link href={sendHref({ type, id: prefix })}>Send a message to {prefix}</Link>
        </Button>
      }
    >
      Ids are compared byte by byte, capitals count. A message to an id that does not exist makes it.
    </EmptyState>
  );
}
