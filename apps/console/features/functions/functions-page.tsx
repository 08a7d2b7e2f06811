/**
 * Functions: who serves what, and how well. Three tables (types, endpoints, limits) with the selected row beside them. Rates and latencies
 * are asked again every two seconds; what is declared changes with the live stream.
 */
"use client";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { ReactElement } from "react";
import { PageLinkAction } from "../../shell/page-action.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { FunctionTypeRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { ClusterPanel } from "../cluster/cluster-panel.tsx";
import { EndpointInspector } from "./endpoint-inspector.tsx";
import { EndpointsTable } from "./endpoints-table.tsx";
import { LimitsView } from "./limits-view.tsx";
import { TypeInspector } from "./type-inspector.tsx";
import { useAt } from "../../time/use-time.tsx";
import { PastTypes } from "./past-types.tsx";
import { TypesTable } from "./types-table.tsx";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

const REFRESH_MS = 2_000;
const views = ["types", "endpoints", "limits"] as const;

export function FunctionsPage(): ReactElement {
  const words = useFunctionsWords();
  const trpc = useTRPC();
  const [url, setUrl] = useQueryStates(
    { view: parseAsStringLiteral(views).withDefault("types"), type: parseAsString, endpoint: parseAsString, limit: parseAsString },
    { history: "replace" },
  );
  const types = useQuery({ ...trpc.functions.types.queryOptions(), refetchInterval: REFRESH_MS });
  const endpoints = useQuery({ ...trpc.functions.endpoints.queryOptions(), refetchInterval: REFRESH_MS });
  const limits = useQuery(trpc.functions.limits.queryOptions());
  const chosenType = url.view === "types" ? types.data?.find((row) => row.type === url.type) : undefined;
  const chosenEndpoint = url.view === "endpoints" ? endpoints.data?.find((row) => row.id === url.endpoint) : undefined;
  return (
    <>
      <PageHeader
        title={words.title}
        note={types.data === undefined || endpoints.data === undefined ? undefined : words.note(types.data.length, endpoints.data.length)}
        actions={<Register />}
      />
      <PageBody className="flex flex-col">
        <ClusterPanel />
        <Tabs
          label={words.by}
          inset
          className="flex-1"
          value={url.view}
          onChange={(view) => void setUrl({ view })}
          tabs={[
            {
              value: "types",
              label: words.tabs.types,
              count: types.data?.length,
              content: (
                <TypesOrThen
                  query={types}
                  anyEndpoint={(endpoints.data?.length ?? 0) > 0}
                  selected={url.type}
                  onSelect={(type) => void setUrl({ type })}
                />
              ),
            },
            {
              value: "endpoints",
              label: words.tabs.endpoints,
              count: endpoints.data?.length,
              content: (
                <QueryView
                  query={endpoints}
                  what={words.tabs.endpoints}
                  empty={{ when: (rows) => rows.length === 0, view: <NoFunctions /> }}
                >
                  {(rows) => <EndpointsTable rows={rows} selected={url.endpoint} onSelect={(endpoint) => void setUrl({ endpoint })} />}
                </QueryView>
              ),
            },
            {
              value: "limits",
              label: words.tabs.limits,
              count: limits.data?.length,
              content: <LimitsView selected={url.limit} onSelect={(limit) => void setUrl({ limit })} />,
            },
          ]}
        />
      </PageBody>
      {chosenType === undefined ? null : <TypeInspector row={chosenType} onClose={() => void setUrl({ type: null })} />}
      {chosenEndpoint === undefined ? null : <EndpointInspector row={chosenEndpoint} onClose={() => void setUrl({ endpoint: null })} />}
    </>
  );
}

interface TypesProps {
  query: UseQueryResult<FunctionTypeRow[], unknown>;
  anyEndpoint: boolean;
  selected: string | null;
  onSelect: (type: string) => void;
}

/** The types live, or as they were in the minute that the console shows. */
function TypesOrThen({ query, anyEndpoint, selected, onSelect }: TypesProps): ReactElement {
  const words = useFunctionsWords();
  const atMs = useAt();
  if (atMs !== null) return <PastTypes atMs={atMs} />;
  return (
    <QueryView
      query={query}
      what={words.types}
      empty={{ when: (rows) => rows.length === 0, view: anyEndpoint ? <OnlyWildcards /> : <NoFunctions /> }}
    >
      {(rows) => <TypesTable rows={rows} selected={selected} onSelect={onSelect} />}
    </QueryView>
  );
}

function OnlyWildcards(): ReactElement {
  const words = useFunctionsWords();
  return (
    <EmptyState
      title={words.noneUsed}
      action={
        <Button asChild>
          <Link href="/send">{words.send}</Link>
        </Button>
      }
    >
      {words.noneUsedAbout}
    </EmptyState>
  );
}

function Register(): ReactElement {
  const words = useFunctionsWords();
  return (
    <>
      <PageLinkAction label={words.write} to="/functions/write" />
      <PageLinkAction label={words.register} to="/functions/register" />
      <Button asChild>
        <Link href="/functions/write">{words.write}</Link>
      </Button>
      <Button asChild tone="primary">
        <Link href="/functions/register">{words.register}</Link>
      </Button>
    </>
  );
}

function NoFunctions(): ReactElement {
  const words = useFunctionsWords();
  return (
    <EmptyState title={words.none} action={<Register />}>
      {words.noneAbout}
    </EmptyState>
  );
}
