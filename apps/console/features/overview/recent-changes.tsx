/**
 * What people changed lately: savepoints, restores and modules, newest first, from the records of modules and savepoints and from the
 * engine's eras.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { exact, relative } from "../../format/times.ts";
import type { OverviewWords } from "../../words/overview/en.ts";
import { useWords } from "../../words/use-words.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { EraView, ModuleRow, SavepointRow } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";

const SHOWN_MAX = 6;
type ChangesWords = OverviewWords["changes"];

interface Change {
  key: string;
  atMs: number;
  what: string;
  href: string;
}

export function RecentChanges() {
  const words = useOverviewWords();
  const trpc = useTRPC();
  const modules = useQuery(trpc.modules.list.queryOptions());
  const savepoints = useQuery(trpc.savepoints.list.queryOptions());
  const eras = useQuery(trpc.savepoints.eras.queryOptions());
  const { ages } = useWords();
  const nowMs = useSeconds();
  const error = modules.error ?? savepoints.error ?? eras.error;
  if (modules.data === undefined || savepoints.data === undefined || eras.data === undefined)
    return error === null ? (
      <Skeleton rows={3} label={words.changes.loading} />
    ) : (
      <ErrorState inline error={error} what={words.changes.what} />
    );
  const changes = [
    ...modules.data.map((row) => ofModule(row, words.changes)),
    ...savepoints.data.map((row) => ofSavepoint(row, words.changes)),
    ...eras.data.map((row) => ofRestore(row, words.changes)),
  ]
    .toSorted((left, right) => right.atMs - left.atMs)
    .slice(0, SHOWN_MAX);
  if (changes.length === 0) return <p className="text-quiet">{words.changes.none}</p>;
  return (
    <ul className="flex flex-col border-y border-line">
      {changes.map((change) => (
        <li key={change.key} className="flex items-baseline justify-between gap-3 border-b border-line py-1.5 last:border-b-0">
          <Link href={change.href} className="min-w-0 truncate hover:underline">
            {change.what}
          </Link>
          <time className="shrink-0 text-[12px] text-quiet" dateTime={new Date(change.atMs).toISOString()} title={exact(change.atMs)}>
            {relative(change.atMs, Math.max(nowMs, change.atMs), ages)}
          </time>
        </li>
      ))}
    </ul>
  );
}

function ofModule(row: ModuleRow, words: ChangesWords): Change {
  return {
    key: `module ${row.name}`,
    atMs: row.appliedMs,
    what: row.revision === 1 ? words.applied(row.name) : words.revised(row.name, row.revision),
    href: `/modules/${encodeURIComponent(row.name)}`,
  };
}

function ofSavepoint(row: SavepointRow, words: ChangesWords): Change {
  return { key: `savepoint ${row.id}`, atMs: row.createdMs, what: words.savepoint[row.status](row.epoch), href: "/savepoints" };
}

/** Makes a change of an era, because an era begins with a restore. */
function ofRestore({ number, beganMs, savepoint }: EraView, words: ChangesWords): Change {
  return {
    key: `restore ${number}`,
    atMs: beganMs,
    what: words.restored(savepoint.name, savepoint.epoch),
    href: "/savepoints",
  };
}
