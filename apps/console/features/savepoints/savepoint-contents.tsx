/**
 * SavepointContents: what a savepoint holds by type, and under which modules it was taken. When its record does not know, it says so, with
 * the cause.
 */
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import type { SavepointRow } from "../../trpc/views.ts";
import { modulesWords } from "./contents-words.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

const TYPES_SHOWN_MAX = 12;

export function SavepointContents({ row }: { row: SavepointRow }): ReactElement | null {
  const words = useSavepointsWords();
  if (row.status !== "ready") return null;
  return (
    <>
      <section aria-label={words.contents.byType} className="text-[12px]">
        <h3 className="mb-1 text-[13px] font-semibold">{words.contents.byType}</h3>
        <Types row={row} />
      </section>
      <section aria-label={words.contents.modules} className="text-[12px]">
        <h3 className="mb-1 text-[13px] font-semibold">{words.contents.modulesThen}</h3>
        <p className={row.modules === null ? "text-quiet" : "font-mono break-words"}>{modulesWords(row, words.contents)}</p>
      </section>
    </>
  );
}

function Types({ row: { types } }: { row: SavepointRow }): ReactElement {
  const words = useSavepointsWords();
  if (types === null) return <p className="text-quiet">{words.contents.notCounted}</p>;
  if (types.length === 0) return <p className="text-quiet">{words.contents.empty}</p>;
  const most = types[0]?.entities ?? 1;
  return (
    <>
      <ul>
        {types.slice(0, TYPES_SHOWN_MAX).map(({ type, entities }) => (
          <li key={type} className="flex items-center gap-3 py-0.5 font-mono">
            <span className="w-[45%] min-w-0 truncate" title={type}>
              {type}
            </span>
            <span aria-hidden="true" className="h-1.5 flex-1 rounded-sm bg-line">
              <span className="block h-full rounded-sm bg-faint" style={{ width: `${Math.max(2, (entities / most) * 100)}%` }} />
            </span>
            <span className="w-20 text-right tabular-nums">{grouped(entities)}</span>
          </li>
        ))}
      </ul>
      {types.length > TYPES_SHOWN_MAX ? <p className="text-quiet">{words.contents.fewer(types.length - TYPES_SHOWN_MAX)}</p> : null}
    </>
  );
}
