/**
 * Overview: is it well, what changed, what needs me. Everything on it is live and a link to what stands behind it. Before
 * anything is registered it leads on: the demo, an endpoint, a first message.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { useStatusSummary } from "../../live/use-live.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { DemoButton } from "./demo-button.tsx";
import { EndpointHealth } from "./endpoint-health.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { NeedsYou } from "./needs-you.tsx";
import { Rates } from "./rates.tsx";
import { RecentChanges } from "./recent-changes.tsx";
import { RunningTypes } from "./running-types.tsx";

export function OverviewPage() {
  const trpc = useTRPC();
  const types = useQuery(trpc.functions.types.queryOptions());
  const endpoints = useQuery(trpc.functions.endpoints.queryOptions());
  const status = useQuery(trpc.demo.status.queryOptions());
  const summary = useStatusSummary();
  const bare = types.data?.length === 0 && endpoints.data?.length === 0;
  return (
    <>
      <PageHeader
        title="Overview"
        note={status.data?.running === true ? "The demo runs" : undefined}
        actions={
          bare ? undefined : (
            <>
              <DemoButton tone="plain" />
              <Button asChild>
                <Link href="/send">Send a message</Link>
              </Button>
            </>
          )
        }
      />
      <PageBody>
        {bare ? (
          <FirstSteps />
        ) : types.data === undefined && types.error !== null ? (
          <ErrorState error={types.error} what="Overview" onRetry={() => void Promise.all([types.refetch(), endpoints.refetch()])} />
        ) : (
          <div className="flex max-w-[1280px] flex-col gap-8 px-4 py-5">
            <Rates summary={summary} />
            <div className="grid gap-8 wide:grid-cols-[minmax(0,1fr)_320px]">
              <div className="flex min-w-0 flex-col gap-8">
                <NeedsYou summary={summary} />
                <Section title="What runs" more={{ href: "/functions", words: "All functions" }}>
                  <QueryView query={types} what="Function types">
                    {(rows) => <RunningTypes rows={rows} />}
                  </QueryView>
                </Section>
              </div>
              <div className="flex min-w-0 flex-col gap-8">
                <Section title="Endpoints" more={{ href: "/functions?view=endpoints", words: "All endpoints" }}>
                  <QueryView query={endpoints} what="Endpoints">
                    {(rows) => <EndpointHealth rows={rows} />}
                  </QueryView>
                </Section>
                <Section title="What changed">
                  <RecentChanges />
                </Section>
              </div>
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
