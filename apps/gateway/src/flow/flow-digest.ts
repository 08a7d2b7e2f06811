/**
 * FlowDigest and FlowWatch: all that passes between a FlowCollector, which lives where its partitions live, and the LiveFlow in the
 * gateway's thread. Both are plain data that structured clone copies as it stands: numbers, texts, arrays, and bytes in buffers of
 * their own, so that a digest never drags a network buffer along. A digest holds what was counted since the one before it: its size goes
 * with the types and edges that were used and with what is watched, never with the messages.
 * Neighbours: flow-collector.ts makes digests, digest-sender.ts sends them, live-flow.ts adds them up.
 */
import type { CauseDigest } from "./cause-collector.ts";
import type { Change } from "./flow.ts";
import type { HopDigest } from "./hop-collector.ts";
import type { TelemetryDigest, TelemetryWatch } from "../telemetry/telemetry-digest.ts";
import type { RowFilter } from "../shared/filter-tree.ts";
import type { AddressView } from "../contract/shapes/address.ts";
import type { TailRow } from "../contract/overview/flow.ts";

/** Upwards: what was counted since the last digest. */
export interface FlowDigest {
  /** False when there is nothing but what is in `hops`: an epoch that is on the disk. */
  readonly heard: boolean;
  readonly admitted: number;
  readonly invocations: number;
  readonly attemptsFailed: number;
  /** Messages of the invocations that completed. */
  readonly messages: number;
  readonly parked: number;
  readonly latency: LatencyCounts;
  readonly types: readonly TypeDigest[];
  readonly edges: readonly EdgeDigest[];
  /** Messages that moved along an edge; the dots are a sample of them. */
  readonly moved: number;
  readonly dots: readonly DotSample[];
  readonly tails: readonly TailDigest[];
  /** The rows that the tails picked, each one once however many tails picked it. */
  readonly rows: readonly RowSample[];
  readonly changed: readonly Change[];
  /** The watched entities whose mailbox or state moved. */
  readonly touched: readonly AddressView[];
  readonly hops: HopDigest;
  /** Failed attempts by their cause. */
  readonly causes: readonly CauseDigest[];
  /** Counts of the types that are asked for. */
  readonly hot: readonly HotDigest[];
  /** Undefined when there is nothing to report. */
  readonly telemetry: TelemetryDigest | undefined;
}

/** Pairs of a latency in units of 10 µs and how often it was counted (latency-counter.ts). */
export type LatencyCounts = readonly number[];

export interface TypeDigest {
  readonly type: string;
  readonly in: number;
  readonly invocations: number;
  readonly failures: number;
  readonly outLocal: number;
  /** Messages to entities of other partitions. */
  readonly outRemote: number;
  readonly outEgress: number;
  /** Latencies of completed invocations. */
  readonly latency: LatencyCounts;
  /** For the histogram of /metrics, failed attempts too: one count for each bound of latency-bounds.ts and one for what is above. */
  readonly buckets: readonly number[];
  readonly durationSumMs: number;
}

export type EdgeKind = "ingress" | "type" | "egress";

export interface EdgeDigest {
  /** ingress→type, type→type or type→egress. */
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly latency: LatencyCounts;
  /** A message that came along it parked its entity. */
  readonly failed: boolean;
  /** Entities that were parked at a message that came along it. */
  readonly parked: number;
}

export interface DotSample {
  /** Its place in `edges`. */
  readonly edge: number;
  readonly sequence: number;
  readonly trace: number;
  readonly atMs: number;
  readonly failed: boolean;
}

/** A row of the tail whose value is still bytes: only the gateway's thread knows the descriptors. */
export interface RowSample extends Omit<TailRow, "preview" | "address"> {
  readonly type: string;
  readonly id: string;
  /** The type of the caller of the first message; undefined when it came from outside. */
  readonly callerType: string | undefined;
  /** The function types that sent its messages, each once; `ingress` among them where one came by an ingress. */
  readonly senders: readonly string[];
  /** The text of a failed attempt. */
  readonly message: string;
  /** The first bytes of the first message's value, where they are kept. */
  readonly bytes: Uint8Array | undefined;
  readonly sizeBytes: number;
  /** The headers of the first message, as they are stored. */
  readonly headers: string | undefined;
}

export interface TailDigest {
  /** Names the TailWatch. */
  readonly key: string;
  /** Places in `rows`, oldest first. */
  readonly rows: readonly number[];
  /** Fitted and were not picked. */
  readonly dropped: number;
}

export interface HotDigest {
  readonly type: string;
  /** id, messages for it, how many of those may be of others (hot-ids.ts). */
  readonly ids: readonly (readonly [string, number, number])[];
}

/** Downwards: what somebody looks at now. Everything else is only counted. */
export interface FlowWatch {
  /** 0: nobody looks at the flow. */
  readonly dotsPerDigestMax: number;
  readonly tails: readonly TailWatch[];
  readonly entities: readonly AddressView[];
  /** Function types of which the hottest ids are counted. */
  readonly hotTypes: readonly string[];
  /** Absent when nothing is exported. */
  readonly telemetry?: TelemetryWatch | undefined;
}

export interface TailWatch {
  /** The filter's text. */
  readonly key: string;
  readonly filter: RowFilter;
  /** After a quiet moment this many rows are sent at once, then this many in each digest. */
  readonly rowsAtOnceMax: number;
  readonly rowsPerDigestMax: number;
}

export const nothingWatched: FlowWatch = { dotsPerDigestMax: 0, tails: [], entities: [], hotTypes: [] };
