/**
 * What a person must know on every page: their roles were changed, the gateway does not answer (and how old the page is), the engine is in
 * trouble, a breakpoint holds messages, or a function type or an endpoint is paused.
 */
"use client";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { duration } from "../format/times.ts";
import { RoleTakenNote } from "../identity/role-keeper.tsx";
import { useConnection, useStatusSummary } from "../live/use-live.ts";
import type { Refusal } from "../live/live-stream.ts";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { troubleOf } from "./health-words.ts";
import { useShellWords } from "../words/shell/use-shell-words.ts";

export function Banners() {
  return (
    <>
      <RoleTakenNote />
      <Trouble />
      <Breakpoints />
      <Pauses />
    </>
  );
}

/** Loaded when needed, because most people never see one. */
const BreakpointBanner = lazy(async () => ({ default: (await import("../features/breakpoints/breakpoint-banner.tsx")).BreakpointBanner }));
const HealthBanner = lazy(async () => ({ default: (await import("./health-banner.tsx")).HealthBanner }));
const PauseBanner = lazy(async () => ({ default: (await import("../features/pauses/pause-banner.tsx")).PauseBanner }));

function Breakpoints() {
  const breakpoints = useStatusSummary()?.breakpoints ?? [];
  if (breakpoints.length === 0) return null;
  return (
    <Suspense>
      <BreakpointBanner breakpoints={breakpoints} />
    </Suspense>
  );
}

function Pauses() {
  const pauses = useStatusSummary()?.pauses ?? [];
  if (pauses.length === 0) return null;
  return (
    <Suspense>
      <PauseBanner pauses={pauses} />
    </Suspense>
  );
}

function Trouble() {
  const words = useShellWords();
  const connection = useConnection();
  const summary = useStatusSummary();
  const health = summary?.health;
  if (connection.kind === "offline" && connection.refusal?.code === "UNAUTHENTICATED")
    return <Banner title={words.trouble.roles}>{words.trouble.rolesAbout}</Banner>;
  if (connection.kind === "offline")
    return <OfflineBanner sinceMs={connection.sinceMs} refusal={connection.refusal} seen={summary !== null} />;
  const trouble = troubleOf(health);
  if (trouble !== null)
    return (
      <Suspense>
        <HealthBanner health={trouble} />
      </Suspense>
    );
  if (health?.kind !== "draining") return null;
  return <Banner title={words.trouble.drains}>{words.trouble.drainsAbout}</Banner>;
}

function OfflineBanner({ sinceMs, refusal, seen }: { sinceMs: number; refusal: Refusal | null; seen: boolean }) {
  const words = useShellWords();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const age = Math.max(0, Math.floor((nowMs - sinceMs) / 1_000) * 1_000);
  return (
    <Banner title={refusal === null ? words.trouble.silent : refusal.title}>
      {seen ? (
        <>
          {words.trouble.seen} <span className="font-mono">{duration(age)}</span> {words.trouble.old}{" "}
        </>
      ) : (
        words.trouble.nothing
      )}
      {refusal === null ? words.trouble.trying : refusal.cure}
    </Banner>
  );
}

function Banner({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div role="status" aria-live="off" className="flex flex-wrap items-baseline gap-x-3 border-b border-line bg-caution-soft px-4 py-1.5">
      <StatusWord tone="caution" className="font-medium">
        {title}
      </StatusWord>
      <span>{children}</span>
    </div>
  );
}
