/**
 * Sequence messages: a stream with a number per sender and receiver. A tick from an ingress makes the entity send the next number to
 * each receiver and one numbered record to the egress; whoever receives a number that is not the next one notes a violation in its state.
 * interpreter.ts and interpreter.py serve it; e2e/crash draws the ticks and knows the numbers at which everything must end.
 */
export type SequenceMessage =
  | { readonly kind: "tick"; readonly source: string; readonly number: number; readonly receivers: readonly string[] }
  | { readonly kind: "numbered"; readonly from: string; readonly number: number };

export interface SequenceState {
  /** The last number of each sender; an ingress counts as one under its producer's name. */
  readonly seen: Record<string, number>;
  readonly sent: Record<string, number>;
  records: number;
  readonly violations: string[];
}

export interface SequenceRecord {
  readonly from: string;
  readonly number: number;
}
