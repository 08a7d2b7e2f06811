/**
 * What a person must know on every page: the gateway does not answer (and how old the page is), or the engine has stopped.
 */
"use client";
import { useEffect, useState, type ReactNode } from "react";
import { duration } from "../format/times.ts";
import { useConnection, usePulse } from "../live/use-live.ts";
import { StatusWord } from "../ui/status-word.tsx";

export function Banners() {
  const connection = useConnection();
  const pulse = usePulse();
  const health = pulse?.health;
  if (connection.kind === "offline") return <OfflineBanner sinceMs={connection.sinceMs} seen={pulse !== null} />;
  if (health === undefined || health.kind === "running") return null;
  switch (health.kind) {
    case "draining":
      return (
        <Banner tone="caution" title="The engine drains">
          It ends what is in flight and then stops. New messages are refused.
        </Banner>
      );
    case "store-failed":
      return (
        <Banner tone="danger" title="Writes fail">
          {health.message} Nothing is acknowledged; the engine tries again by itself. Check the disk of the data directory.
        </Banner>
      );
    case "stopped":
      return (
        <Banner tone="danger" title="The engine has stopped">
          {health.message} Restart the gateway; it continues from the last durable epoch.
        </Banner>
      );
  }
}

function OfflineBanner({ sinceMs, seen }: { sinceMs: number; seen: boolean }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const age = Math.max(0, Math.floor((nowMs - sinceMs) / 1_000) * 1_000);
  return (
    <Banner tone="caution" title="The gateway does not answer">
      {seen ? (
        <>
          What you see is <span className="font-mono">{duration(age)}</span> old.{" "}
        </>
      ) : (
        "Nothing could be loaded yet. "
      )}
      The console keeps trying; check that the gateway runs.
    </Banner>
  );
}

function Banner({ tone, title, children }: { tone: "caution" | "danger"; title: string; children: ReactNode }) {
  return (
    <div
      role="status"
      aria-live="off"
      className={`flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-1.5 ${tone === "danger" ? "bg-danger-soft" : "bg-caution-soft"}`}
    >
      <StatusWord tone={tone} className="font-medium">
        {title}
      </StatusWord>
      <span>{children}</span>
    </div>
  );
}
