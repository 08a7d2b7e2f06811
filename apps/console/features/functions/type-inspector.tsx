/** TypeInspector: one function type: where it is served, why it fails, the states it declares, and acts on all its entities of a status. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped, rate } from "../../format/numbers.ts";
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
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";

export function TypeInspector({ row, onClose }: { row: FunctionTypeRow; onClose: () => void }): ReactElement {
  const words = useFunctionsWords();
  const { type, breaker, processes, sleep, pause } = row;
  const standing = { type, breaker, processes, sleep, pause };
  return (
    <Inspector
      title={<span className="font-mono">{row.type}</span>}
      note={<BreakerWord {...standing} noEndpoint={words.type.noEndpoint} />}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        {row.breakerFailure === null ? null : <FailureNote failure={row.breakerFailure} />}
        <TypeNotes row={row} />
        <Details
          rows={[
            row.url === null ? null : [words.rows.url, row.url],
            row.endpoint === null
              ? null
              : [
                  words.rows.endpoint,
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
                  words.rows.module,
                  <Link key="module" className="text-message hover:underline" href={`/modules/${encodeURIComponent(row.module)}`}>
                    {row.module}
                  </Link>,
                ],
            row.nextProbeMs === null ? null : [words.type.nextProbe, <Ago key="probe" atMs={row.nextProbeMs} />],
            [words.type.in, rate(row.ratePerSecond)],
            [words.type.failures, rate(row.failuresPerSecond)],
            ["p50 · p95 · p99", [row.p50Ms, row.p95Ms, row.p99Ms].map((ms) => (ms === null ? "–" : duration(ms))).join(" · ")],
            [words.type.backlog, words.type.messages(row.waiting)],
            [words.type.inFlight, grouped(row.inFlight)],
            [words.type.parked, grouped(row.parked)],
            [words.type.paused, grouped(row.paused)],
            [words.type.backingOff, grouped(row.backingOff)],
          ]}
        />
        <BulkActions row={row} />
        <PauseLever kind="function" functions={row.type} />
        <section className="flex flex-col gap-1">
          <PartTitle>{words.type.states}</PartTitle>
          <StatesTable states={row.states} none={words.type.noStates} />
        </section>
        <div className="flex flex-wrap gap-2">
          <Button asChild size="small">
            <Link href={`/entities?type=${encodeURIComponent(row.type)}`}>{words.type.entities}</Link>
          </Button>
          <Button asChild size="small">
            <Link href={sendHref({ type: row.type })}>{words.type.send}</Link>
          </Button>
          <Button asChild size="small">
            <Link href={holdHref({ type: row.type })}>{words.type.hold}</Link>
          </Button>
        </div>
      </div>
    </Inspector>
  );
}

function BulkActions({ row }: { row: FunctionTypeRow }): ReactElement | null {
  const words = useFunctionsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const act = useMutation(
    trpc.entities.actAll.mutationOptions({
      onSuccess: async (result) => {
        toast(words.type.changed(result.changed), { description: row.type });
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
            action={words.type.retryParkedOf(row.type)}
            size="small"
            pending={act.isPending}
            onClick={() => act.mutate({ type: row.type, status: "parked", action: "retry" })}
          >
            {words.type.retryParked(row.parked)}
          </CapabilityButton>
        )}
        {row.backingOff === 0 ? null : (
          <CapabilityButton
            needs="entity-actions"
            action={words.type.retryBackingOf(row.type)}
            size="small"
            pending={act.isPending}
            onClick={() => act.mutate({ type: row.type, status: "backing-off", action: "retry" })}
          >
            {words.type.retryBacking(row.backingOff)}
          </CapabilityButton>
        )}
        {row.paused === 0 ? null : (
          <CapabilityButton
            needs="entity-actions"
            action={words.type.resumeOf(row.type)}
            size="small"
            pending={act.isPending}
            onClick={() => act.mutate({ type: row.type, status: "paused", action: "resume" })}
          >
            {words.type.resume(row.paused)}
          </CapabilityButton>
        )}
      </div>
      {act.error === null ? null : <ErrorState inline error={act.error} />}
    </div>
  );
}

/** What is unusual about it now: known from before, only checked, ingress held back, served by no endpoint. */
function TypeNotes({ row }: { row: FunctionTypeRow }): ReactElement {
  const pastWords = usePastWords();
  const words = useFunctionsWords();
  return (
    <>
      {row.knownBefore === null ? null : <p className="text-[13px] text-quiet">{knownBeforeSentence(row.knownBefore, pastWords)}</p>}
      {row.known !== "checked" ? null : <p className="text-[13px] text-quiet">{words.type.checked}</p>}
      {row.ingressHold === null ? null : (
        <p className="text-[13px]">
          <StatusWord tone="caution">{words.columns.held}</StatusWord>{" "}
          <span className="text-quiet">{row.ingressHold === "limit" ? words.type.heldLimit : words.type.heldMessages}</span>
        </p>
      )}
      {row.heldBackBy === null ? null : (
        <p className="text-[13px]">
          <StatusWord tone="caution">{words.type.heldBack}</StatusWord>{" "}
          <span className="text-quiet">
            {words.type.heldBackTo} <span className="font-mono">{row.heldBackBy}</span>
            {words.type.heldBackAbout}
          </span>
        </p>
      )}
      {row.endpoint === null ? (
        <div className="flex flex-col items-start gap-2 text-[13px]">
          <p className="text-quiet">{words.type.kept}</p>
          <Button asChild size="small" tone="primary">
            <Link href={`/functions/register?functions=${encodeURIComponent(row.type)}`}>{words.type.registerIts}</Link>
          </Button>
        </div>
      ) : null}
    </>
  );
}
