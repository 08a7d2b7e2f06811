/**
 * Overview: whether all is well, what changed, and what needs a person. Everything on it is live and links to its details. Before anything
 * is registered it leads on: the demo, an endpoint, a first message.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { lazy, Suspense, type ReactNode } from "react";
import { useStatusSummary } from "../../live/use-live.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { GuideSteps } from "../guide/guide-steps.tsx";
import { useWords } from "../../words/use-words.ts";
import { DemoButton } from "./demo-button.tsx";
import { EndpointHealth } from "./endpoint-health.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { Rates } from "./rates.tsx";
import { RecentChanges } from "./recent-changes.tsx";
import { RunningTypes } from "./running-types.tsx";
import { WallKey } from "./wall-key.ts";

/** The charts and their library are loaded separately, so that what needs a person is there before them. */
const Wall = lazy(async () => ({ default: (await import("../wall/wall.tsx")).Wall }));

export function OverviewPage() {
  const trpc = useTRPC();
  const types = useQuery(trpc.functions.types.queryOptions());
  const endpoints = useQuery(trpc.functions.endpoints.queryOptions());
  const status = useQuery(trpc.demo.status.queryOptions());
  const summary = useStatusSummary();
  const { overview: words, navigation: names } = useWords();
  const bare = types.data?.length === 0 && endpoints.data?.length === 0;
  return (
    <>
      <Suspense>
        <WallKey />
      </Suspense>
      <PageHeader
        title={names.overview.name}
        note={status.data?.running === true ? words.demoRuns : undefined}
        actions={
          <>
            <DemoButton tone="plain" />
            {bare ? null : (
              <Button asChild>
                <Link href="/send">{words.send}</Link>
              </Button>
            )}
          </>
        }
      />
      <PageBody>
        {bare ? (
          <GuideSteps />
        ) : types.data === undefined && types.error !== null ? (
          <ErrorState
            error={types.error}
            what={names.overview.name}
            onRetry={() => void Promise.all([types.refetch(), endpoints.refetch()])}
          />
        ) : (
          <div className="grid min-h-full grid-cols-[minmax(0,1fr)] wide:grid-cols-[minmax(0,1fr)_376px] wide:grid-rows-[auto_1fr_auto]">
            <div className="min-w-0 p-4 wide:col-start-2 wide:border-l wide:border-line">
              <NeedsYou summary={summary} />
            </div>
            <div className="min-w-0 wide:col-start-1 wide:row-span-2 wide:row-start-1">
              <Suspense fallback={<Skeleton rows={10} label={words.loadingCharts} />}>
                <Wall />
              </Suspense>
            </div>
            <div className="flex min-w-0 flex-col gap-6 p-4 wide:col-start-2 wide:border-l wide:border-line">
              <Section title={words.endpoints} more={{ href: "/functions?view=endpoints", words: words.allEndpoints }}>
                <QueryView query={endpoints} what={words.endpoints}>
                  {(rows) => <EndpointHealth rows={rows} />}
                </QueryView>
              </Section>
              <Section title={words.whatRuns} more={{ href: "/functions", words: words.allFunctions }}>
                <QueryView query={types} what={words.whatRuns}>
                  {(rows) => <RunningTypes rows={rows} />}
                </QueryView>
              </Section>
              <Section title={words.whatChanged}>
                <RecentChanges />
              </Section>
            </div>
            <div className="min-w-0 border-t border-line px-4 py-4 wide:col-span-2">
              <Rates summary={summary} />
            </div>
          </div>
        )}
      </PageBody>
    </>
  );
}

function Section({ title, more, children }: { title: string; more?: { href: string; words: string }; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0">
      <div className="mb-2 flex items-baseline justify-between gap-3">
        <h2 className="font-semibold">{title}</h2>
        {more === undefined ? null : (
          <Link href={more.href} className="text-[12px] text-message hover:underline">
            {more.words}
          </Link>
        )}
      </div>
      {children}
    </section>
  );
}
