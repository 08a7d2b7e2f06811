/**
 * RestoreDrawing: draws a restore, planned or past: the time that is kept and the time that is undone, and counts with their words.
 */
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration, exact } from "../../format/times.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

interface KeptAndUndoneProps {
  savepoint: { createdMs: number; epoch: number };
  untilMs: number;
  until: string;
}

/** Kept time and undone time on one line. */
export function KeptAndUndone({ savepoint, untilMs, until }: KeptAndUndoneProps): ReactElement {
  const { restore: words } = useSavepointsWords();
  return (
    <div className="font-mono text-[11px]">
      <div className="flex justify-between gap-3 text-quiet">
        <span>{words.kept}</span>
        <span suppressHydrationWarning>{exact(savepoint.createdMs)}</span>
        <span className="text-danger">{words.undoneFor(duration(Math.max(0, untilMs - savepoint.createdMs)))}</span>
      </div>
      <div className="my-1 flex h-3.5" aria-hidden="true">
        <span className="flex-1 rounded-l bg-faint" />
        <span className="w-0 border-l-2 border-text" />
        <span className="flex-[1.4] rounded-r border border-dashed border-danger bg-[repeating-linear-gradient(135deg,transparent_0_4px,color-mix(in_srgb,var(--color-danger)_22%,transparent)_4px_8px)]" />
      </div>
      <div className="flex justify-between text-quiet">
        <span>{words.epoch(grouped(savepoint.epoch))}</span>
        <span>{until}</span>
      </div>
    </div>
  );
}

export function Counts({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }): ReactElement {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      <dl className="text-[12px]">
        {rows.map(([count, what]) => (
          <div key={what} className="flex items-baseline gap-3 border-t border-line py-1">
            <dt className="order-last text-quiet">{what}</dt>
            <dd className="w-20 shrink-0 text-right font-mono tabular-nums">{count}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
