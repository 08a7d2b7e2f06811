/**
 * TallyBar: how many fit the filter, as far as was counted, and how the values of the sorted column are distributed among them; a click on
 * a bar filters. Neighbours: use-tally.ts counts.
 */
"use client";
import { statePath, withinRange } from "@signalbox/gateway/shared";
import type { ReactElement, ReactNode } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { Button } from "../../ui/button.tsx";
import { useEntitiesWords } from "../../words/entities/use-entities-words.ts";
import { barsOf, type Bar, type TallySum } from "./tally-sum.ts";
import type { Tally } from "./use-tally.ts";

const barsMax = 32;
const textsMax = 8;

interface Props {
  tally: Tally;
  filtered: boolean;
  column: string | null;
  /** Adds more parts to the filter. */
  onAdd: (chips: readonly string[]) => void;
  children: ReactNode;
}

export function TallyBar({ tally, filtered, column, onAdd, children }: Props): ReactElement {
  const words = useEntitiesWords().tally;
  const { sum } = tally;
  return (
    <div className="flex min-h-[58px] flex-wrap items-center gap-x-6 gap-y-2 border-b border-line px-4 py-2">
      <Count tally={tally} filtered={filtered} />
      {column === null || sum === undefined ? (
        <p className="min-w-0 flex-1 text-[12px] text-quiet max-sm:hidden">{words.sortBy}</p>
      ) : (
        <Distribution sum={sum} column={column} onAdd={onAdd} />
      )}
      <div className="ml-auto flex items-center gap-2">{children}</div>
    </div>
  );
}

function Count({ tally: { sum, counting, more, tookMs, error, goOn, stop }, filtered }: { tally: Tally; filtered: boolean }): ReactElement {
  const words = useEntitiesWords().tally;
  const word = filtered ? words.match : words.there;
  const looked = sum?.looked;
  return (
    <div className="flex min-w-[180px] flex-col gap-0.5" role="status" aria-label={words.label}>
      <span className="font-mono text-[15px]" title={filtered ? undefined : words.thereExplain}>
        {sum === undefined ? words.counting : `${more ? words.atLeast : ""}${grouped(sum.matched)} ${word}`}
      </span>
      <span className="flex items-center gap-2 text-[12px] text-quiet">
        {looked === undefined
          ? null
          : `${filtered ? words.lastRun : ""}${words.looked(looked.rows, duration(tookMs))}${looked.unclear === 0 ? "" : words.unclear(looked.unclear)}`}
        {counting && sum !== undefined ? (
          <>
            <progress className="h-1 w-16" aria-label={words.progress} />
            <Button size="small" onClick={stop}>
              {words.stop}
            </Button>
          </>
        ) : more ? (
          <Button size="small" onClick={goOn}>
            {words.all}
          </Button>
        ) : null}
      </span>
      {error === null ? null : (
        <span className="text-[12px] text-danger">{words.stopped(error instanceof Error ? error.message : "")}</span>
      )}
      {looked !== undefined && looked.unclearWhy !== null ? (
        <span className="text-[12px] text-caution">{words.unclearWhy(looked.unclearWhy)}</span>
      ) : null}
    </div>
  );
}

interface DistributionProps {
  sum: TallySum;
  column: string;
  onAdd: (chips: readonly string[]) => void;
}

function Distribution({ sum, column, onAdd }: DistributionProps): ReactElement {
  const words = useEntitiesWords().tally;
  if (sum.numbers !== null) return <Numbers bars={barsOf(sum.numbers, barsMax)} column={column} onAdd={onAdd} />;
  if (sum.texts.length === 0) return <p className="min-w-0 flex-1 text-[12px] text-quiet">{words.noneHas(column)}</p>;
  const most = Math.max(1, ...sum.texts.map(({ count }) => count));
  return (
    <ul className="flex min-w-0 flex-1 flex-wrap gap-2" aria-label={words.values(column)}>
      {sum.texts.slice(0, textsMax).map(({ text, count }) => (
        <li key={text}>
          <button
            type="button"
            onClick={() => onAdd([`${statePath(column)} == ${JSON.stringify(text)}`])}
            className="flex flex-col rounded px-1.5 text-left hover:bg-hover focus-visible:outline-2 focus-visible:outline-message"
          >
            <span className="max-w-32 truncate font-mono text-[12px]">{text === "" ? words.empty : text}</span>
            <span className="h-1 rounded-sm bg-message" style={{ width: `${Math.max(4, (count / most) * 80)}px` }} />
            <span className="font-mono text-[11px] text-quiet">{grouped(count)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Numbers({ bars, column, onAdd }: { bars: readonly Bar[]; column: string; onAdd: DistributionProps["onAdd"] }): ReactElement {
  const words = useEntitiesWords().tally;
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const first = bars[0];
  const end = bars.at(-1);
  return (
    <div className="flex min-w-[200px] flex-1 flex-col" role="group" aria-label={words.distribution(column)}>
      <div className="flex h-8 items-end gap-px">
        {bars.map((bar, at) => {
          const last = at === bars.length - 1;
          const told = words.bar({ column, from: shown(bar.from), to: shown(bar.to) }, bar.count);
          return (
            <button
              key={bar.from}
              type="button"
              title={told}
              aria-label={words.keep(told)}
              disabled={bar.count === 0}
              onClick={() => onAdd(withinRange(column, { from: bar.from, to: bar.to, last }))}
              className="group flex h-full min-w-0 flex-1 items-end focus-visible:outline-2 focus-visible:outline-message"
            >
              <span
                className="w-full bg-quiet group-hover:bg-message"
                style={{ height: bar.count === 0 ? "1px" : `${Math.max(8, (bar.count / most) * 100)}%` }}
              />
            </button>
          );
        })}
      </div>
      <div className="flex justify-between font-mono text-[11px] text-quiet">
        <span>{first === undefined ? "" : shown(first.from)}</span>
        <span>{end === undefined ? "" : shown(end.to)}</span>
      </div>
    </div>
  );
}

function shown(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(4)));
}
