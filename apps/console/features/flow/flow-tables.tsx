/**
 * The graph as two tables: the same nodes and edges, sortable, for people who compare or cannot see the graph.
 */
"use client";
import { useMemo } from "react";
import { useRouter } from "next/navigation";
import { grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { tailHref } from "../../shell/navigation.ts";
import { doorHref } from "../doors/door-href.ts";
import type { FlowEdge, FlowNode } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";
import { useFlowMoreWords } from "../../words/flow-more/use-flow-more-words.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";
import type { FlowWords } from "../../words/flow/en.ts";
import type { FlowMoreWords } from "../../words/flow-more/en.ts";
import type { ShellWords } from "../../words/shell/en.ts";

type PartWords = ShellWords["parts"];

const tones: Record<FlowNode["state"], Tone> = { clear: "clear", caution: "caution", danger: "danger", idle: "quiet" };

const nodeColumns = ({ tables: words }: FlowMoreWords, { state, kinds }: FlowWords, parts: PartWords): readonly Column<FlowNode>[] => [
  { key: "name", header: words.name, cell: (node) => <MiddleCut text={node.name} />, sort: (node) => node.name, mono: true },
  {
    key: "kind",
    header: words.kind,
    cell: (node) => kinds[node.kind],
    sort: (node) => node.kind,
    width: "110px",
  },
  {
    key: "state",
    header: words.state,
    cell: (node) => <StatusWord tone={tones[node.state]}>{state(node.stateWord)}</StatusWord>,
    sort: (node) => node.stateWord,
    width: "130px",
  },
  {
    key: "rate",
    header: parts.rate.word,
    explains: parts.rate.explains,
    cell: (node) => rate(node.ratePerSecond),
    sort: (node) => node.ratePerSecond,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "waiting",
    header: parts.waiting.word,
    explains: parts.waiting.explains,
    cell: (node) => grouped(node.waiting),
    sort: (node) => node.waiting,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "parked",
    header: parts.parked.word,
    explains: parts.parked.explains,
    cell: (node) => grouped(node.parked),
    sort: (node) => node.parked,
    width: "80px",
    align: "right",
    mono: true,
  },
  { key: "detail", header: words.servedBy, cell: (node) => node.detail, width: "220px", mono: true, wideOnly: true },
];

const bare = (id: string): string => id.slice(id.indexOf(":") + 1);

const edgeColumns = ({ tables: words }: FlowMoreWords, { failing }: FlowWords, parts: PartWords): readonly Column<FlowEdge>[] => [
  { key: "from", header: words.from, cell: (edge) => <MiddleCut text={bare(edge.from)} />, sort: (edge) => edge.from, mono: true },
  { key: "to", header: words.to, cell: (edge) => <MiddleCut text={bare(edge.to)} />, sort: (edge) => edge.to, mono: true, width: "30%" },
  {
    key: "state",
    header: words.state,
    cell: (edge) =>
      edge.failed ? (
        <StatusWord tone="danger">{failing}</StatusWord>
      ) : edge.ratePerSecond > 0 ? (
        <StatusWord tone="clear">{words.moving}</StatusWord>
      ) : (
        <StatusWord tone="quiet">{words.idle}</StatusWord>
      ),
    sort: (edge) => (edge.failed ? 0 : 1),
    width: "110px",
  },
  {
    key: "rate",
    header: parts.rate.word,
    explains: parts.rate.explains,
    cell: (edge) => rate(edge.ratePerSecond),
    sort: (edge) => edge.ratePerSecond,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "p50",
    header: parts.underWay.word,
    explains: parts.underWay.explains,
    cell: (edge) => (edge.p50Ms === null ? "–" : duration(edge.p50Ms)),
    sort: (edge) => edge.p50Ms ?? -1,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "p99",
    header: parts.underWay99.word,
    explains: parts.underWay99.explains,
    cell: (edge) => (edge.p99Ms === null ? "–" : duration(edge.p99Ms)),
    sort: (edge) => edge.p99Ms ?? -1,
    width: "90px",
    align: "right",
    mono: true,
    wideOnly: true,
  },
  {
    key: "total",
    header: parts.total.word,
    explains: parts.total.explains,
    cell: (edge) => grouped(edge.total),
    sort: (edge) => edge.total,
    width: "100px",
    align: "right",
    mono: true,
    wideOnly: true,
  },
];

export function FlowTables({ nodes, edges }: { nodes: readonly FlowNode[]; edges: readonly FlowEdge[] }) {
  const words = useFlowMoreWords();
  const flow = useFlowWords();
  const { parts } = useShellWords();
  const ofNodes = useMemo(() => nodeColumns(words, flow, parts), [words, flow, parts]);
  const ofEdges = useMemo(() => edgeColumns(words, flow, parts), [words, flow, parts]);
  const router = useRouter();
  const openNode = (node: FlowNode): void => {
    router.push(doorHref(node.id) ?? `${tailHref({ type: node.name })}&view=table`);
  };
  return (
    <div className="flex size-full flex-col gap-6 overflow-auto p-4" tabIndex={-1}>
      <section aria-labelledby="flow-nodes">
        <h2 id="flow-nodes" className="mb-2 text-[12px] text-quiet">
          {words.tables.nodes}
        </h2>
        <DataTable label={words.tables.nodes} rows={nodes} columns={ofNodes} rowKey={(node) => node.id} onOpen={openNode} />
      </section>
      <section aria-labelledby="flow-edges">
        <h2 id="flow-edges" className="mb-2 text-[12px] text-quiet">
          {words.tables.edges}
        </h2>
        <DataTable label={words.tables.edges} rows={edges} columns={ofEdges} rowKey={(edge) => edge.id} />
      </section>
    </div>
  );
}
