/** TypeInspector: one function type: where it is served, why it fails, the states it declares, and acts on all its entities of a status. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { counted, grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { sendHref } from "../../shell/navigation.ts";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { FunctionTypeRow } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { Button } from "../../ui/button.tsx";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { holdHref } from "../breakpoints/breakpoint-words.ts";
import { PauseLever } from "../pauses/pause-lever.tsx";
import { knownBeforeSentence } from "../past/past-words.ts";
import { FailureNote } from "../entities/failure-note.tsx";
import { BreakerWord } from "./breaker-word.tsx";
import { StatesTable } from "./states-table.tsx";

export function TypeInspector({ row, onClose }: { row: FunctionTypeRow; onClose: () => void }): ReactElement {
  const { breaker, processes, sleep, pause } = row;
  const standing = { breaker, processes, sleep, pause };
  return (
    <Inspector
      title={<span className="font-mono">{row.type}</span>}
      note={<BreakerWord {...standing} noEndpoint="no endpoint serves it" />}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        {row.breakerFailure === null ? null : <FailureNote failure={row.breakerFailure} />}
        <TypeNotes row={row} />
        <Details
          rows={[
            row.url === null ? null : ["url", row.url],
            row.endpoint === null
              ? null
              : [
                  "endpoint",
                  <Link
                    key="endpoint"
                    className="text-message hover:underline"
                    href={`/functions?view=endpoints&endpoint=${encodeURIComponent(row.endpoint)}`}
                  >
                    {row.endpoint}
                  </Link>,
                ],
            row.module === null
              ? null
              : [
                  "module",
                  <Link key="module" className="text-message hover:underline" href={`/modules/${encodeURIComponent(row.module)}`}>
                    {row.module}
                  </Link>,
                ],
            row.nextProbeMs === null ? null : ["next probe", <Ago key="probe" atMs={row.nextProbeMs} />],
            ["messages in", rate(row.ratePerSecond)],
            ["failures", rate(row.failuresPerSecond)],
            ["p50 · p95 · p99", [row.p50Ms, row.p95Ms, row.p99Ms].map((ms) => (ms === null ? "–" : duration(ms))).join(" · ")],
            ["backlog", counted(row.waiting, "message", "messages")],
            ["in flight", grouped(row.inFlight)],
            ["parked", grouped(row.parked)],
            ["paused", grouped(row.paused)],
            ["backing off", grouped(row.backingOff)],
          ]}
        />
        <BulkActions row={row} />
        <PauseLever kind="function" functions={row.type} />
        <section className="flex flex-col gap-1">
          <PartTitle>Declared state</PartTitle>
          <StatesTable states={row.states} none="None known. A function declares its states with its first invocation." />
        </section>
        <div className="flex flex-wrap gap-2">
          <Button asChild size="small">
            <Link href={`/entities?type=${encodeURIComponent(row.type)}`}>Its entities</Link>
          </Button>
          <Button asChild size="small">
            <Link href={sendHref({ type: row.type })}>Send it a message</Link>
          </Button>
          <Button asChild size="small">
            <Link href={holdHref({ type: row.type })}>Hold its messages</Link>
          </Button>
        </div>
      </div>
    </Inspector>
  );
}

function BulkActions({ row }: { row: FunctionTypeRow }): ReactElement | null {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const act = useMutation(
    trpc.entities.actAll.mutationOptions({
      onSuccess: async (result) => {
        toast(`${counted(result.changed, "entity", "entities")} changed`, { description: row.type });
        await queryClient.invalidateQueries(trpc.functions.pathFilter());
      },
    }),
  );
  if (row.parked + row.paused + row.backingOff === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        {row.parked === 0 ? null : (
          <CapabilityButton
            needs="entity-actions"
            action={`Retry what is parked of ${row.type}`}
            size="small"
            pending={act.isPending}
            onClick={() => act.mutate({ type: row.type, status: "parked", action: "retry" })}
          >
            Retry {counted(row.parked, "parked entity", "parked entities")}
          </CapabilityButton>
        )}
        {row.backingOff === 0 ? null : (
          <CapabilityButton
            needs="entity-actions"
            action={`Retry what backs off of ${row.type}`}
            size="small"
            pending={act.isPending}
            onClick={() => act.mutate({ type: row.type, status: "backing-off", action: "retry" })}
          >
            Retry {grouped(row.backingOff)} backing off
          </CapabilityButton>
        )}
        {row.paused === 0 ? null : (
          <CapabilityButton
            needs="entity-actions"
            action={`Resume what is paused of ${row.type}`}
            size="small"
            pending={act.isPending}
            onClick={() => act.mutate({ type: row.type, status: "paused", action: "resume" })}
          >
            Resume {counted(row.paused, "paused entity", "paused entities")}
          </CapabilityButton>
        )}
      </div>
      {act.error === null ? null : <ErrorState inline error={act.error} />}
    </div>
  );
}

const heldOf = { messages: "of its messages", limit: "of its messages under a limit of a module" } as const;

/** What is unusual about it now: known from before, only checked, ingress held, served by nobody. */
function TypeNotes({ row }: { row: FunctionTypeRow }): ReactElement {
  return (
    <>
      {row.knownBefore === null ? null : <p className="text-[13px] text-quiet">{knownBeforeSentence(row.knownBefore)}</p>}
      {row.known !== "checked" ? null : (
        <p className="text-[13px] text-quiet">Its endpoint said that it serves it, in a check. No message has reached it yet.</p>
      )}
      {row.ingressHold === null ? null : (
        <p className="text-[13px]">
          <StatusWord tone="caution">ingress held</StatusWord>{" "}
          <span className="text-quiet">
            As many {heldOf[row.ingressHold]} wait as may: senders get 429 and try again. It ends by itself as its function works off what
            waits.
          </span>
        </p>
      )}
      {row.heldBackBy === null ? null : (
        <p className="text-[13px]">
          <StatusWord tone="caution">held back</StatusWord>{" "}
          <span className="text-quiet">
            Most of what it sends goes to <span className="font-mono">{row.heldBackBy}</span>, which is full: its messages wait on disk. It
            runs with a quarter of its calls until these are done.
          </span>
        </p>
      )}
      {row.endpoint === null ? (
        <div className="flex flex-col items-start gap-2 text-[13px]">
          <p className="text-quiet">Its messages are kept until an endpoint serves this type.</p>
          <Button asChild size="small" tone="primary">
            <Link href={`/functions/register?functions=${encodeURIComponent(row.type)}`}>Register its endpoint</Link>
          </Button>
        </div>
      ) : null}
    </>
  );
}
