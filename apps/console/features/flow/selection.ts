/**
 * What was selected in the flow, as a short text for the URL: a record of the journal (a row of the tail), a message (a dot), an egress
 * record (a dot), an entity whose attempt failed (nothing is in the journal yet), or a function type with what waits for it. Pure.
 */
import type { AddressView, FlowDot, JournalEntryView, TailRow } from "../../trpc/views.ts";

export type Selection =
  | { kind: "record"; trace: number; sequence: number }
  | { kind: "message"; trace: number; sequence: number }
  | { kind: "egress"; trace: number; egress: string }
  | { kind: "entity"; address: AddressView }
  | { kind: "type"; type: string };

const EGRESS_EDGE = "→egress:";

export function selectionOfRow(row: TailRow): Selection {
  return row.sequence > 0 && row.trace > 0
    ? { kind: "record", trace: row.trace, sequence: row.sequence }
    : { kind: "entity", address: row.address };
}

export function selectionOfDot(dot: FlowDot): Selection {
  const at = dot.edge.indexOf(EGRESS_EDGE);
  return at >= 0
    ? { kind: "egress", trace: dot.trace, egress: dot.edge.slice(at + EGRESS_EDGE.length) }
    : { kind: "message", trace: dot.trace, sequence: dot.sequence };
}

export function selectionText(selection: Selection): string {
  switch (selection.kind) {
    case "record":
      return `r.${selection.trace}.${selection.sequence}`;
    case "message":
      return `m.${selection.trace}.${selection.sequence}`;
    case "egress":
      return `e.${selection.trace}.${selection.egress}`;
    case "entity":
      return `a.${selection.address.type}/${selection.address.id}`;
    case "type":
      return `t.${selection.type}`;
  }
}

export function parseSelection(text: string | null): Selection | null {
  if (text === null) return null;
  const numbers = /^([rm])\.(\d+)\.(\d+)$/.exec(text);
  if (numbers !== null) {
    const trace = Number(numbers[2]);
    const sequence = Number(numbers[3]);
    return numbers[1] === "r" ? { kind: "record", trace, sequence } : { kind: "message", trace, sequence };
  }
  const egress = /^e\.(\d+)\.(.+)$/.exec(text);
  if (egress?.[2] !== undefined) return { kind: "egress", trace: Number(egress[1]), egress: egress[2] };
  const type = /^t\.([^/]+\/[^/]+)$/.exec(text)?.[1];
  if (type !== undefined) return { kind: "type", type };
  const entity = /^a\.([^/]+\/[^/]+)\/(.+)$/.exec(text);
  if (entity?.[1] !== undefined && entity[2] !== undefined) return { kind: "entity", address: { type: entity[1], id: entity[2] } };
  return null;
}

/**
 * Returns the record of a trace that the selection means: itself, the one that consumed the message, or the one that wrote the egress
 * record.
 */
export function findRecord(records: readonly JournalEntryView[], selection: Selection): JournalEntryView | undefined {
  switch (selection.kind) {
    case "record":
      return records.find((record) => record.sequence === selection.sequence);
    case "message":
      return records.findLast((record) => record.messages.some((message) => message.sequence === selection.sequence));
    case "egress":
      return records.find((record) => record.egress.some((sent) => sent.egress === selection.egress));
    case "entity":
    case "type":
      return undefined;
  }
}
