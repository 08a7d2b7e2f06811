/**
 * PressureInspector: a function type under load: what waits for what down to the cause, its hottest entities, the breaker of its endpoint
 * and the limits that cover it, and how slow it and its edges were and are. Neighbours: pressure-chain.tsx, type-heat.tsx;
 * flow-inspector.tsx shows it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { grouped, rate } from "../../format/numbers.ts";
import { InspectorFrame } from "../../shell/inspector.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { HotEntity, LimitRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { holdHref } from "../breakpoints/breakpoint-words.ts";
import { BreakerWord } from "../functions/breaker-word.tsx";
import { heldWords, rateWords } from "../functions/limit-words.ts";
import { useStatusWords } from "../../words/status/use-status-words.ts";
import { statusTones } from "../waiting/status-tones.ts";
import { useNow } from "../../ui/text/use-now.ts";
import { PressureChain } from "./pressure-chain.tsx";
import type { Selection } from "./selection.ts";
import { TypeHeat } from "./type-heat.tsx";
import { useHottest } from "./use-hottest.ts";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";
import { useWords } from "../../words/use-words.ts";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";
import { useFlowMoreWords } from "../../words/flow-more/use-flow-more-words.ts";

const linkClass = "shrink-0 rounded px-1 py-0.5 text-[12px] whitespace-nowrap text-message hover:underline";

export interface PressureInspectorProps {
  type: string;
  onOpen: (next: Selection) => void;
  onClose: () => void;
  className: string | undefined;
}

export function PressureInspector({ type, onOpen, onClose, className }: PressureInspectorProps) {
  const { pressure: words, inspector } = useFlowMoreWords();
  return (
    <InspectorFrame
      className={className ?? ""}
      title={<span className="font-mono text-[12px]">{type}</span>}
      note={words.note}
      actions={
        <>
          <Link className={linkClass} href={holdHref({ type })}>
            {inspector.hold}
          </Link>
          <Link className={linkClass} href={`/entities?type=${encodeURIComponent(type)}`}>
            {words.entities}
          </Link>
        </>
      }
      onClose={onClose}
    >
      <Part title={words.chain}>
        <PressureChain type={type} onOpen={onOpen} />
      </Part>
      <Part title={words.hottest} end={words.hottestUnit}>
        <Hottest type={type} onOpen={onOpen} />
      </Part>
      <Part title={words.bounds}>
        <Bounds type={type} />
      </Part>
      <TypeHeat type={type} />
    </InspectorFrame>
  );
}

function Part({ title, end, children }: { title: string; end?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="border-b border-line px-4 py-3">
      <h3 className="mb-1.5 flex items-baseline justify-between gap-3 text-[13px] font-semibold">
        {title}
        {end === undefined ? null : <span className="text-[12px] font-normal text-quiet">{end}</span>}
      </h3>
      {children}
    </section>
  );
}

function Hottest({ type, onOpen }: { type: string; onOpen: (next: Selection) => void }) {
  const { pressure: words } = useFlowMoreWords();
  const hottest = useHottest(type);
  if (hottest === undefined) return <p className="text-quiet">{words.onlyNow}</p>;
  if (hottest.entities.length === 0) return <p className="text-quiet">{hottest.countedMs < 2_000 ? words.counting : words.nothingCame}</p>;
  const most = Math.max(...hottest.entities.map(({ perSecond }) => perSecond));
  const unsure = hottest.entities.some(({ surplusPerSecond, perSecond }) => surplusPerSecond > perSecond / 10);
  return (
    <>
      <ul>
        {hottest.entities.map((entity) => (
          <li key={entity.address.id}>
            <HotRow entity={entity} share={most === 0 ? 0 : entity.perSecond / most} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {unsure ? <p className="pt-1 text-[12px] text-quiet">{words.unsure}</p> : null}
    </>
  );
}

function HotRow({ entity, share, onOpen }: { entity: HotEntity; share: number; onOpen: (next: Selection) => void }) {
  const { address, perSecond, mailboxDepth, status } = entity;
  const tone = statusTones[status];
  const word = useStatusWords()[status];
  const { wait } = useFlowWords();
  return (
    <button
      type="button"
      onClick={() => onOpen({ kind: "entity", address })}
      className="grid w-full grid-cols-[minmax(0,1fr)_72px_88px] items-baseline gap-x-3 rounded px-1 py-1 text-left font-mono text-[12px] hover:bg-hover"
    >
      <span className="truncate" title={address.id}>
        {address.id}
      </span>
      <span className="text-right text-quiet">{rate(perSecond)}</span>
      <span className="text-right">
        {mailboxDepth > 0 ? (
          <StatusWord tone={tone === "quiet" ? "message" : tone} className="text-[12px]">
            {wait(grouped(mailboxDepth))}
          </StatusWord>
        ) : (
          <span className="text-quiet">{status === "idle" ? wait("0") : word}</span>
        )}
      </span>
      <span className="col-span-3 mt-0.5 h-[3px] bg-line" aria-hidden="true">
        <span
          className={mailboxDepth > 0 ? "block h-full bg-caution" : "block h-full bg-line-strong"}
          style={{ width: `${share * 100}%` }}
        />
      </span>
    </button>
  );
}

function Bounds({ type }: { type: string }) {
  const { limits: limitWords } = useFunctionsWords();
  const { pressure: words } = useFlowMoreWords();
  const { ages } = useWords();
  const trpc = useTRPC();
  const types = useQuery(trpc.functions.types.queryOptions()).data;
  const endpoints = useQuery(trpc.functions.endpoints.queryOptions()).data;
  const limits = useQuery(trpc.functions.limits.queryOptions()).data;
  const nowMs = useNow();
  const row = types?.find((known) => known.type === type);
  const endpoint = endpoints?.find(({ id }) => id === row?.endpoint);
  const covering = (limits ?? []).filter((limit) => covers(limit, type));
  if (types === undefined || endpoints === undefined) return <p className="text-quiet">{words.asked}</p>;
  return (
    <ul className="flex flex-col gap-1 text-[12px]">
      <li className="flex items-baseline justify-between gap-3">
        {endpoint === undefined ? (
          <BreakerWord type={type} breaker={null} processes={null} pause={null} noEndpoint={words.noEndpoint} />
        ) : (
          <>
            <Link
              className="truncate font-mono hover:underline"
              href={`/functions?view=endpoints&endpoint=${encodeURIComponent(endpoint.id)}`}
            >
              {endpoint.id}
            </Link>
            <BreakerWord breaker={endpoint.breaker} processes={endpoint.processes} sleep={endpoint.sleep} pause={row?.pause ?? null} />
            <span className="font-mono whitespace-nowrap text-quiet">{words.calls(endpoint.inFlight, endpoint.concurrencyLimit)}</span>
          </>
        )}
      </li>
      {covering.map((limit) => (
        <li key={limit.id} className="flex items-baseline justify-between gap-3">
          <Link className="truncate font-mono hover:underline" href={`/functions?view=limits&limit=${encodeURIComponent(limit.id)}`}>
            {limit.id}
          </Link>
          <StatusWord tone={limit.held ? "caution" : "clear"}>{heldWords(limit, { nowMs, words: limitWords, ages })}</StatusWord>
          <span className="font-mono whitespace-nowrap text-quiet">{rateWords(limit, limitWords)}</span>
        </li>
      ))}
      {covering.length === 0 && limits !== undefined ? <li className="text-quiet">{words.noLimit}</li> : null}
    </ul>
  );
}

function covers({ covers: { kind, name } }: LimitRow, type: string): boolean {
  return kind === "functions" && (name === type || (name.endsWith("/*") && type.startsWith(name.slice(0, -1))));
}
