/**
 * ConnectorsPage: every ingress and egress that modules declare, what each is doing, and for those that do not work the cause and the cure,
 * the worst first. One row opens beside the list with what a person may do; its own page has the rest.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryState } from "nuqs";
import type { ReactElement } from "react";

import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { ConnectorRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { useWords } from "../../words/use-words.ts";
import { ConnectorInspector } from "./connector-inspector.tsx";
import { Worded } from "./connector-note.tsx";
import type { ConnectorWords } from "../../words/connector/en.ts";
import { useConnectorWords } from "../../words/connector/use-connector-words.ts";
import type { DoorsWords } from "../../words/doors/en.ts";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";
import { illFirst, isIll, sentence, stateWord, toneOf } from "./connector-words.ts";
import { doorHref } from "./door-href.ts";

const REFRESH_MS = 2_000;
/** The cause and the cure are on two lines. */
const ROW_PX = 44;

const columnsOf = ({ columns }: DoorsWords, states: ConnectorWords): readonly Column<ConnectorRow>[] => [
  { key: "name", header: columns.name, width: "200px", mono: true, cell: (row) => row.id, sort: (row) => row.id },
  { key: "kind", header: columns.kind, width: "90px", wideOnly: "medium", cell: (row) => row.word, sort: (row) => row.word },
  {
    key: "state",
    header: columns.state,
    width: "170px",
    cell: (row) => <StatusWord tone={toneOf(row)}>{stateWord(row, states)}</StatusWord>,
    sort: (row) => stateWord(row, states),
  },
  { key: "why", header: columns.why, wideOnly: "medium", cell: (row) => <TwoLines row={row} /> },
  { key: "module", header: columns.module, width: "130px", mono: true, wideOnly: true, cell: (row) => row.module },
];

function TwoLines({ row: { what, cure } }: { row: ConnectorRow }): ReactElement | null {
  if (what === "") return null;
  return (
    <span className="flex min-w-0 flex-col leading-[18px]" title={`${sentence(what)} ${sentence(cure)}`}>
      <span className="truncate">
        <Worded text={what} />
      </span>
      <span className="truncate text-quiet">
        <Worded text={cure} />
      </span>
    </span>
  );
}

const keyOf = ({ direction, id }: ConnectorRow): string => `${direction}:${id}`;

export function ConnectorsPage(): ReactElement {
  const words = useDoorsWords();
  const [chosen, setChosen] = useQueryState("connector", parseAsString);
  const query = useQuery(useTRPC().doors.connectors.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const { navigation } = useWords();
  const rows = query.data ?? [];
  const row = rows.find((one) => keyOf(one) === chosen);
  return (
    <>
      <PageHeader
        title={navigation.connectors.name}
        note={query.data === undefined ? undefined : sumOf(rows, words)}
        actions={
          <Button asChild>
            <Link href="/modules">{words.declare}</Link>
          </Button>
        }
      />
      <PageBody>
        <QueryView query={query} what={words.what} empty={{ when: (data) => data.length === 0, view: <NoConnectors /> }}>
          {(data) => (
            <div className="flex flex-col gap-6 p-4">
              {partsOf(data, words).map((part) => (
                <Part key={part.title} {...part} chosen={chosen} onChoose={(next) => void setChosen(keyOf(next))} />
              ))}
            </div>
          )}
        </QueryView>
      </PageBody>
      {row === undefined ? null : <ConnectorInspector key={keyOf(row)} connector={row} onClose={() => void setChosen(null)} />}
    </>
  );
}

function sumOf(rows: readonly ConnectorRow[], words: DoorsWords): string {
  const ill = rows.filter(isIll).length;
  const modules = new Set(rows.map(({ module }) => module)).size;
  const declared = partsOf(rows, words).map(({ rows: own, sum }) => sum(own.length));
  return [...declared, words.modules(modules), ill === 0 ? words.noneIll : words.ill(ill)].join(", ");
}

interface PartOfPage {
  title: string;
  about: string;
  rows: readonly ConnectorRow[];
  sum: (count: number) => string;
}

function partsOf(rows: readonly ConnectorRow[], { parts: words }: DoorsWords): PartOfPage[] {
  const by = (fits: (row: ConnectorRow) => boolean): ConnectorRow[] => illFirst(rows.filter(fits));
  const isTimed = (row: ConnectorRow): boolean => row.word === "schedule";
  const parts: PartOfPage[] = [
    {
      title: words.in,
      about: words.inAbout,
      rows: by((row) => row.direction === "ingress" && !isTimed(row)),
      sum: words.waysIn,
    },
    {
      title: words.out,
      about: words.outAbout,
      rows: by((row) => row.direction === "egress"),
      sum: words.waysOut,
    },
    {
      title: words.timed,
      about: words.timedAbout,
      rows: by((row) => row.direction === "ingress" && isTimed(row)),
      sum: words.schedules,
    },
  ];
  return parts.filter((part) => part.rows.length > 0);
}

interface PartProps extends PartOfPage {
  chosen: string | null;
  onChoose: (row: ConnectorRow) => void;
}

function Part({ title, about, rows, chosen, onChoose }: PartProps): ReactElement {
  const words = useDoorsWords();
  const states = useConnectorWords();
  const router = useRouter();
  return (
    <section aria-label={title}>
      <h2 className="mb-2 text-[13px]">
        <span className="font-semibold">{title}</span> <span className="text-[12px] text-quiet">{about}</span>
      </h2>
      <DataTable
        label={title}
        rows={rows}
        columns={columnsOf(words, states)}
        rowHeight={ROW_PX}
        rowKey={keyOf}
        selected={chosen}
        onSelect={onChoose}
        onOpen={(row) => router.push(doorHref(keyOf(row)) ?? "/connectors")}
      />
    </section>
  );
}

function NoConnectors(): ReactElement {
  const words = useDoorsWords();
  return <EmptyState title={words.none}>{words.noneAbout}</EmptyState>;
}
