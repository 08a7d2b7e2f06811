/**
 * TypeHeat: how slow a type was over the time that the timeline shows, with the types that send to it and those it sends to, and how long
 * messages were under way on each of its edges, then and now. It has one hue on the scale of the wall; a cell opens its messages.
 * Neighbours: wall/heat-map.tsx draws cells, use-window.ts.
 */
"use client";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { tailHref } from "../../shell/navigation.ts";
import { useAskedWindow } from "../../time/use-window.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { FlowEdge, RollupBusiestView } from "../../trpc/views.ts";
import { Link } from "../../ui/link.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";
import { edgeWords, endsOf, lastPart } from "../wall/edge-name.ts";
import { HeatCells, heatOf, heatStep, heatValues } from "../wall/heat-map.tsx";
import { useOpenCell } from "../wall/use-open-cell.ts";
import { useFlow } from "./use-flow.ts";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";
import { useFlowMoreWords } from "../../words/flow-more/use-flow-more-words.ts";

const NEIGHBOURS_MAX = 5;
const EDGES_MAX = 8;
const ROW_HEIGHT = 18;
const bare = (id: string): string => id.slice(id.indexOf(":") + 1);

export function TypeHeat({ type }: { type: string }) {
  const { heat: words } = useFlowMoreWords();
  const { edges } = useFlow();
  const own = edgesOf(edges, type);
  return (
    <>
      <section aria-label={words.title} className="border-b border-line px-4 py-3">
        <h3 className="mb-1.5 flex items-baseline justify-between gap-3 text-[13px] font-semibold">
          {words.title}
          <span className="text-[12px] font-normal text-quiet">{words.opens}</span>
        </h3>
        <OverTime names={[type, ...neighboursOf(own, type)]} />
      </section>
      <EdgesOverTime type={type} />
      <section aria-label={words.edges} className="px-4 py-3">
        <h3 className="mb-1.5 flex items-baseline justify-between gap-3 text-[13px] font-semibold">
          {words.edges}
          <span className="text-[12px] font-normal text-quiet">{words.edgesUnit}</span>
        </h3>
        {own.length === 0 ? <p className="text-quiet">{words.none}</p> : <EdgeRows edges={own} type={type} />}
      </section>
    </>
  );
}

function OverTime({ names }: { names: readonly string[] }) {
  const { heat: words } = useFlowMoreWords();
  const trpc = useTRPC();
  const openCell = useOpenCell();
  const window = useAskedWindow();
  const stepMs = window === null ? 60_000 : heatStep(window);
  const { fromMs, toMs } = window ?? { fromMs: 0, toMs: 0 };
  const answers = useQueries({
    queries: names.map((name) => ({
      ...trpc.rollups.range.queryOptions({ fromMs, toMs, stepMs, of: `type:${name}`, values: heatValues.type }),
      enabled: window !== null,
      placeholderData: keepPreviousData,
    })),
  });
  const first = answers[0]?.data;
  if (window === null || first === undefined) return <p className="text-quiet">{words.reading}</p>;
  const rows = names.flatMap((name, index): RollupBusiestView["rows"] => {
    const data = answers[index]?.data;
    return data === undefined || data.stepMs !== first.stepMs ? [] : [{ ...data, name }];
  });
  const data = { fromMs: first.fromMs, stepMs: first.stepMs, known: rows.length, rows };
  return (
    <div className="flex gap-2">
      <RowNames rows={rows.map(({ name }) => ({ name, title: name, shown: lastPart(name) }))} />
      <HeatCells of="type" window={window} data={data} onOpen={(cell) => void openCell(cell)} />
    </div>
  );
}

/** Shows nothing when no numbers of edges are kept yet, or none carried anything. */
function EdgesOverTime({ type }: { type: string }) {
  const { edgeHeat: words } = useOverviewWords().wall;
  const openCell = useOpenCell();
  const window = useAskedWindow();
  const { fromMs, toMs } = window ?? { fromMs: 0, toMs: 0 };
  const stepMs = window === null ? 60_000 : heatStep(window);
  const { data } = useQuery({
    ...useTRPC().rollups.busiest.queryOptions({
      ...{ fromMs, toMs, stepMs },
      of: "edge",
      touching: type,
      limit: EDGES_MAX,
      values: heatValues.edge,
    }),
    enabled: window !== null,
    placeholderData: keepPreviousData,
  });
  if (window === null || data === undefined || data.rows.length === 0) return null;
  const rows = data.rows.map(({ name }) => {
    const { from, to } = endsOf(name) ?? { from: name, to: name };
    const shown = to === type ? words.from(lastPart(from)) : words.to(lastPart(to));
    return { name, title: edgeWords(name), shown };
  });
  return (
    <section aria-label={words.title} className="border-b border-line px-4 py-3">
      <h3 className="mb-1.5 flex items-baseline justify-between gap-3 text-[13px] font-semibold">
        {words.title}
        {data.known > rows.length ? (
          <span className="text-[12px] font-normal text-quiet">{words.busiest(rows.length, data.known)}</span>
        ) : null}
      </h3>
      <div className="flex gap-2">
        <RowNames rows={rows} />
        <HeatCells of="edge" window={window} data={data} onOpen={(cell) => void openCell(cell)} />
      </div>
    </section>
  );
}

function RowNames({ rows }: { rows: readonly { readonly name: string; readonly title: string; readonly shown: string }[] }) {
  return (
    <ul className="w-24 shrink-0">
      {rows.map(({ name, title, shown }) => (
        <li key={name} className="truncate font-mono text-[12px]" style={{ height: ROW_HEIGHT }} title={title}>
          {shown}
        </li>
      ))}
    </ul>
  );
}

function EdgeRows({ edges, type }: { edges: readonly FlowEdge[]; type: string }) {
  const { heat: words } = useFlowMoreWords();
  const { failing } = useFlowWords();
  return (
    <ul>
      {edges.slice(0, EDGES_MAX).map((edge) => {
        const into = edge.to === `type:${type}`;
        const receiver = edge.to.startsWith("type:") ? bare(edge.to) : type;
        const name = bare(into ? edge.from : edge.to);
        return (
          <li key={edge.id}>
            <Link
              href={tailHref({ type: receiver })}
              title={words.messagesOf(receiver)}
              className="grid grid-cols-[40px_minmax(0,1fr)_56px_56px_56px] items-baseline gap-x-2 rounded py-0.5 font-mono text-[12px] hover:bg-hover"
            >
              <span className="font-sans text-quiet">{into ? words.from : words.to}</span>
              <span className="truncate">{name}</span>
              <span className={edge.failed ? "text-right text-danger" : "text-right text-quiet"}>
                {edge.failed ? failing : rate(edge.ratePerSecond)}
              </span>
              <Cell ms={edge.p50Ms} />
              <Cell ms={edge.p99Ms} />
            </Link>
          </li>
        );
      })}
      {edges.length > EDGES_MAX ? <li className="pt-1 text-[12px] text-quiet">{words.more(edges.length - EDGES_MAX)}</li> : null}
    </ul>
  );
}

/** Shows the number beside its heat, because colour alone is not enough. */
function Cell({ ms }: { ms: number | null }) {
  return (
    <span className="flex items-baseline justify-end gap-1.5">
      {ms === null ? "–" : duration(ms)}
      <span aria-hidden="true" className="size-2.5 self-center" style={{ background: `var(--heat-${ms === null ? 0 : heatOf(ms)})` }} />
    </span>
  );
}

/** Lists the type's edges, those that carry most first. */
export function edgesOf(edges: readonly FlowEdge[], type: string): FlowEdge[] {
  const id = `type:${type}`;
  return edges
    .filter((edge) => edge.from === id || edge.to === id)
    .toSorted((left, right) => right.ratePerSecond - left.ratePerSecond || right.total - left.total);
}

export function neighboursOf(edges: readonly FlowEdge[], type: string): string[] {
  const ends = edges.flatMap(({ from, to }) => [from, to]).filter((id) => id.startsWith("type:") && id !== `type:${type}`);
  return [...new Set(ends.map(bare))].slice(0, NEIGHBOURS_MAX);
}
