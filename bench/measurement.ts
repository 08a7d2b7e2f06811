/** Measurement: one row of the result. Latencies are those that the sender saw, from sending to the durable answer. */
export interface Measurement {
  readonly name: string;
  readonly inFlight: number;
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly gatewayCpuMicroseconds: number | undefined;
  readonly functionCpuMicroseconds: number | undefined;
}

export interface Load {
  /** Messages that were acknowledged. */
  readonly sent: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

export function percentiles(latenciesMs: number[]): { p50Ms: number | undefined; p99Ms: number | undefined } {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number): number | undefined => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

const headings = ["what", "in flight", "messages", "messages/s", "p50 ms", "p99 ms", "gateway µs", "function µs"];

export function table(rows: readonly Measurement[]): string {
  const cells = rows.map((row) => [
    row.name,
    String(row.inFlight),
    String(row.messages),
    Math.round(row.messagesPerSecond).toString(),
    row.p50Ms?.toFixed(2) ?? "-",
    row.p99Ms?.toFixed(2) ?? "-",
    row.gatewayCpuMicroseconds?.toFixed(1) ?? "-",
    row.functionCpuMicroseconds?.toFixed(1) ?? "-",
  ]);
  const widths = headings.map((heading, column) => Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ");
  return [line(headings), ...cells.map(line)].join("\n");
}
