/** The graph as two tables: the same nodes and edges, sortable, for those who compare or cannot see the graph. */
"use client";
import { useRouter } from "next/navigation";
import { grouped, rate } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { tailHref } from "../../shell/navigation.ts";
import { partReadings } from "../../shell/readings.ts";
import { doorHref } from "../doors/door-href.ts";
import type { FlowEdge, FlowNode } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import { StatusWord, type Tone } from "../../ui/feedback/status-word.tsx";

const tones: Record<FlowNode["state"], Tone> = { clear: "clear", caution: "caution", danger: "danger", idle: "quiet" };

const nodeColumns: readonly Column<FlowNode>[] = [
  { key: "name", header: "Name", cell: (node) => <MiddleCut text={node.name} />, sort: (node) => node.name, mono: true },
  {
    key: "kind",
    header: "Kind",
    cell: (node) => (node.kind === "type" ? "function type" : node.kind),
    sort: (node) => node.kind,
    width: "110px",
  },
  {
    key: "state",
    header: "State",
    cell: (node) => <StatusWord tone={tones[node.state]}>{node.stateWord}</StatusWord>,
    sort: (node) => node.stateWord,
    width: "130px",
  },
  {
    key: "rate",
    header: partReadings.rate.word,
    explains: partReadings.rate.explains,
    cell: (node) => rate(node.ratePerSecond),
    sort: (node) => node.ratePerSecond,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "waiting",
    header: partReadings.waiting.word,
    explains: partReadings.waiting.explains,
    cell: (node) => grouped(node.waiting),
    sort: (node) => node.waiting,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "parked",
    header: partReadings.parked.word,
    explains: partReadings.parked.explains,
    cell: (node) => grouped(node.parked),
    sort: (node) => node.parked,
    width: "80px",
    align: "right",
    mono: true,
  },
  { key: "detail", header: "Served by", cell: (node) => node.detail, width: "220px", mono: true, wideOnly: true },
];

const bare = (id: string): string => id.slice(id.indexOf(":") + 1);

const edgeColumns: readonly Column<FlowEdge>[] = [
  { key: "from", header: "From", cell: (edge) => <MiddleCut text={bare(edge.from)} />, sort: (edge) => edge.from, mono: true },
  { key: "to", header: "To", cell: (edge) => <MiddleCut text={bare(edge.to)} />, sort: (edge) => edge.to, mono: true, width: "30%" },
  {
    key: "state",
    header: "State",
    cell: (edge) =>
      edge.failed ? (
        <StatusWord tone="danger">failing</StatusWord>
      ) : edge.ratePerSecond > 0 ? (
        <StatusWord tone="clear">moving</StatusWord>
      ) : (
        <StatusWord tone="quiet">idle</StatusWord>
      ),
    sort: (edge) => (edge.failed ? 0 : 1),
    width: "110px",
  },
  {
    key: "rate",
    header: partReadings.rate.word,
    explains: partReadings.rate.explains,
    cell: (edge) => rate(edge.ratePerSecond),
    sort: (edge) => edge.ratePerSecond,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "p50",
    header: partReadings.underWay.word,
    explains: partReadings.underWay.explains,
    cell: (edge) => (edge.p50Ms === null ? "–" : duration(edge.p50Ms)),
    sort: (edge) => edge.p50Ms ?? -1,
    width: "90px",
    align: "right",
    mono: true,
  },
  {
    key: "p99",
    header: partReadings.underWay99.word,
    explains: partReadings.underWay99.explains,
    cell: (edge) => (edge.p99Ms === null ? "–" : duration(edge.p99Ms)),
    sort: (edge) => edge.p99Ms ?? -1,
    width: "90px",
    align: "right",
    mono: true,
    wideOnly: true,
  },
  {
    key: "total",
    header: partReadings.total.word,
    explains: partReadings.total.explains,
    cell: (edge) => grouped(edge.total),
    sort: (edge) => edge.total,
    width: "100px",
    align: "right",
    mono: true,
    wideOnly: true,
  },
];

export function FlowTables({ nodes, edges }: { nodes: readonly FlowNode[]; edges: readonly FlowEdge[] }) {
  const router = useRouter();
  const openNode = (node: FlowNode): void => {
    router.push(doorHref(node.id) ?? `${tailHref({ type: node.name })}&view=table`);
  };
  return (
    <div className="flex size-full flex-col gap-6 overflow-auto p-4" tabIndex={-1}>
      <section aria-labelledby="flow-nodes">
        <h2 id="flow-nodes" className="mb-2 text-[12px] text-quiet">
          Ingresses, function types and egresses
        </h2>
        <DataTable
          label="Ingresses, function types and egresses"
          rows={nodes}
          columns={nodeColumns}
          rowKey={(node) => node.id}
          onOpen={openNode}
        />
      </section>
      <section aria-labelledby="flow-edges">
        <h2 id="flow-edges" className="mb-2 text-[12px] text-quiet">
          Ways that messages took
        </h2>
        <DataTable label="Ways that messages took" rows={edges} columns={edgeColumns} rowKey={(edge) => edge.id} />
      </section>
    </div>
  );
}
