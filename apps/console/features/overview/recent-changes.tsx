/** What people changed lately: savepoints, restores and modules, newest first, from the records of modules and savepoints and from the engine's eras. */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { exact, relative } from "../../format/times.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { EraView, ModuleRow, SavepointRow } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";

const SHOWN_MAX = 6;

interface Change {
  key: string;
  atMs: number;
  what: string;
  href: string;
}

export function RecentChanges() {
  const trpc = useTRPC();
  const modules = useQuery(trpc.modules.list.queryOptions());
  const savepoints = useQuery(trpc.savepoints.list.queryOptions());
  const eras = useQuery(trpc.savepoints.eras.queryOptions());
  const nowMs = useSeconds();
  const error = modules.error ?? savepoints.error ?? eras.error;
  if (modules.data === undefined || savepoints.data === undefined || eras.data === undefined)
    return error === null ? <Skeleton rows={3} label="Loading what changed" /> : <ErrorState inline error={error} what="What changed" />;
  const changes = [...modules.data.map(ofModule), ...savepoints.data.map(ofSavepoint), ...eras.data.map(ofRestore)]
    .toSorted((left, right) => right.atMs - left.atMs)
    .slice(0, SHOWN_MAX);
  if (changes.length === 0) return <p className="text-quiet">Nothing yet. Applied modules and savepoints appear here.</p>;
  return (
    <ul className="flex flex-col border-y border-line">
      {changes.map((change) => (
        <li key={change.key} className="flex items-baseline justify-between gap-3 border-b border-line py-1.5 last:border-b-0">
          <Link href={change.href} className="min-w-0 truncate hover:underline">
            {change.what}
          </Link>
          <time className="shrink-0 text-[12px] text-quiet" dateTime={new Date(change.atMs).toISOString()} title={exact(change.atMs)}>
            {relative(change.atMs, Math.max(nowMs, change.atMs))}
          </time>
        </li>
      ))}
    </ul>
  );
}

function ofModule(row: ModuleRow): Change {
  return {
    key: `module ${row.name}`,
    atMs: row.appliedMs,
    what: row.revision === 1 ? `Module ${row.name} applied` : `Module ${row.name} changed to revision ${row.revision}`,
    href: `/modules/${encodeURIComponent(row.name)}`,
  };
}

function ofSavepoint(row: SavepointRow): Change {
  const word = row.status === "ready" ? "taken" : row.status === "taking" ? "being taken" : "failed";
  return { key: `savepoint ${row.id}`, atMs: row.createdMs, what: `Savepoint ${word} at epoch ${row.epoch}`, href: "/savepoints" };
}

/** An era begins with a restore. */
function ofRestore({ number, beganMs, savepoint }: EraView): Change {
  return {
    key: `restore ${number}`,
    atMs: beganMs,
    what: `Restored savepoint ${savepoint.name}, of epoch ${savepoint.epoch}`,
    href: "/savepoints",
  };
}
