/**
 * Readings: every live number of the console, defined once: its word, what it counts, over how long, its unit. Overview, strip, sidebar, Flow and
 * Functions take their words, titles and values from here, so that two pages never show two numbers under one name. Windows are those
 * with which the gateway counts (shared/rolling-seconds.ts).
 */
import { latencySeconds, rateSeconds } from "@signalbox/gateway/shared";
import { grouped, rate } from "../format/numbers.ts";
import { duration } from "../format/times.ts";
import type { StatusSummary } from "../trpc/views.ts";

export interface Reading {
  /** Short, as a column's head. */
  readonly word: string;
  /** As a figure's line below it. */
  readonly name: string;
  /** What it counts, over how long: the title wherever it stands. */
  readonly explains: string;
}

export interface SummaryReading extends Reading {
  readonly value: (summary: StatusSummary) => string;
}

const lately = `a second, over the last ${rateSeconds} s`;
const latest = `of the last ${latencySeconds} s`;

export const readings = {
  epoch: {
    word: "epoch",
    name: "last epoch",
    explains: "The number of the engine's last atomic commit",
    value: (summary) => grouped(summary.epoch),
  },
  in: {
    word: "in",
    name: "messages in",
    explains: `Messages accepted from outside ${lately}`,
    value: (summary) => rate(summary.inPerSecond),
  },
  invocations: {
    word: "invocations",
    name: "invocations",
    explains: `Invocations that completed ${lately}`,
    value: (summary) => rate(summary.invocationsPerSecond),
  },
  failures: {
    word: "failed",
    name: "failed attempts",
    explains: `Attempts that failed ${lately}`,
    value: (summary) => rate(summary.failuresPerSecond),
  },
  p50: {
    word: "p50",
    name: "half are faster than",
    explains: `Half of the invocations ${latest} took at most this`,
    value: (summary) => latency(summary.p50Ms),
  },
  p99: {
    word: "p99",
    name: "99 of 100 are faster than",
    explains: `99 of 100 invocations ${latest} took at most this`,
    value: (summary) => latency(summary.p99Ms),
  },
  waiting: {
    word: "waiting",
    name: "waiting in mailboxes",
    explains: "Messages in mailboxes now that wait for their turn, without those of parked entities",
    value: (summary) => grouped(summary.waiting),
  },
  parkedMessages: {
    word: "held",
    name: "messages of parked entities",
    explains: "Messages in mailboxes of parked entities now: they wait for a person",
    value: (summary) => grouped(summary.parkedMessages),
  },
  inFlight: {
    word: "in flight",
    name: "in flight",
    explains: "Entities with an invocation under way now",
    value: (summary) => grouped(summary.inFlight),
  },
  parked: {
    word: "parked",
    name: "parked",
    explains: "Entities that wait for a person now",
    value: (summary) => grouped(summary.parked),
  },
  durable: {
    word: "durable",
    name: "since the last sync",
    explains: "Since the last epoch was synced to disk",
    value: (summary) => duration(summary.durableAgoMs),
  },
} as const satisfies Record<string, SummaryReading>;

/** Of one function type, one edge, one ingress or egress. */
export const partReadings = {
  rate: { word: "Rate", name: "messages", explains: `Messages that it received ${lately}` },
  failures: { word: "Failed", name: "failed attempts", explains: `Attempts that failed ${lately}` },
  p50: { word: "p50", name: "median", explains: `Half of its invocations ${latest} took at most this` },
  p95: { word: "p95", name: "95th percentile", explains: `95 of 100 of its invocations ${latest} took at most this` },
  p99: { word: "p99", name: "99th percentile", explains: `99 of 100 of its invocations ${latest} took at most this` },
  underWay: {
    word: "p50",
    name: "median under way",
    explains: `Half of the messages ${latest} were under way for at most this, from sent to done`,
  },
  underWay99: {
    word: "p99",
    name: "99th percentile under way",
    explains: `99 of 100 messages ${latest} were under way for at most this, from sent to done`,
  },
  waiting: { word: "Waiting", name: "waiting", explains: "Messages in its mailboxes (records in its outbox) now" },
  parked: { word: "Parked", name: "parked", explains: "Entities that wait for a person now" },
  total: { word: "In all", name: "in all", explains: "Messages since the gateway started" },
  timeline: {
    word: "messages a second",
    name: "messages",
    explains: "Messages of invocations that completed in that second; red: attempts that failed in it",
  },
} as const satisfies Record<string, Reading>;

function latency(ms: number | null): string {
  return ms === null ? "–" : duration(ms);
}
