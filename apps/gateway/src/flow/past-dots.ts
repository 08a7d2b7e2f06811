/**
 * PastDots: the messages that recorded invocations moved, as dots of the graph: what they took in from an ingress, what they sent and what
 * they gave to an egress. Through which ingress a message came is not recorded: it counts where most of its type come from. Pure.
 */
import type { JournalRecord } from "@signalbox/runtime";
import type { FlowDot, FlowEdge } from "../contract/overview/flow.ts";

export function dotsOf(records: readonly JournalRecord[], edges: readonly FlowEdge[]): FlowDot[] {
  const busiest = new Map<string, FlowEdge>();
  for (const edge of edges) {
    if (!edge.from.startsWith("ingress:")) continue;
    const known = busiest.get(edge.to);
    if (known === undefined || edge.total > known.total) busiest.set(edge.to, edge);
  }
  return records.flatMap((record) => dotsOfRecord(record, busiest));
}

function dotsOfRecord(record: JournalRecord, busiest: ReadonlyMap<string, FlowEdge>): FlowDot[] {
  if (record.outcome.kind === "act") return [];
  const failed = record.outcome.kind === "parked";
  const here = `type:${record.address.type}`;
  const dots: FlowDot[] = [];
  for (const { caller, sequence, trace, atMs } of record.messages) {
    const edge = caller === undefined ? (busiest.get(here)?.id ?? `ingress:http→${here}`) : `type:${caller.type}→${here}`;
    // The function's own record already has what it sent.
    if (caller === undefined || failed) dots.push({ edge, sequence, trace, atMs: failed ? record.endedMs : atMs, failed });
  }
  for (const { target, sequence, trace, atMs } of record.sent)
    dots.push({ edge: `${here}→type:${target.type}`, sequence, trace, atMs, failed: false });
  const trace = record.messages[0]?.trace ?? 0;
  for (const { sequence, egress } of record.egress)
    dots.push({ edge: `${here}→egress:${egress}`, sequence, trace, atMs: record.endedMs, failed: false });
  return dots;
}
