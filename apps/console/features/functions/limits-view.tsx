/** LimitsView: the limits in force, asked again every two seconds, with the selected one beside them. */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { LimitInspector } from "./limit-inspector.tsx";
import { LimitsTable } from "./limits-table.tsx";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

const REFRESH_MS = 2_000;

export function LimitsView({ selected, onSelect }: { selected: string | null; onSelect: (id: string | null) => void }): ReactElement {
  const words = useFunctionsWords();
  const trpc = useTRPC();
  const limits = useQuery({ ...trpc.functions.limits.queryOptions(), refetchInterval: REFRESH_MS });
  const chosen = limits.data?.find((row) => row.id === selected);
  return (
    <>
      <QueryView query={limits} what={words.tabs.limits} empty={{ when: (rows) => rows.length === 0, view: <NoLimits /> }}>
        {(rows) => <LimitsTable rows={rows} selected={selected} onSelect={onSelect} />}
      </QueryView>
      {chosen === undefined ? null : <LimitInspector row={chosen} onClose={() => onSelect(null)} />}
    </>
  );
}

function NoLimits(): ReactElement {
  const words = useFunctionsWords();
  return (
    <EmptyState
      title={words.limits.none}
      action={
        <Button asChild>
          <Link href="/modules">{words.limits.openModules}</Link>
        </Button>
      }
    >
      {words.limits.noneAbout}
    </EmptyState>
  );
}
