/**
 * Goals: what we set out to reach, each computed from the medians of the same run: a ratio of 1 or more is reached. Where a goal names
 * another line (a rival, the echo, the other variant), that one must have been measured in this run; otherwise nothing is claimed.
 */
import type { FigureName } from "./job.ts";
import { figureOf, type Result } from "./result.ts";

export interface Goal {
  /** The line beside which the goal is shown. */
  readonly line: string;
  readonly inFlight: number | undefined;
  readonly text: string;
  readonly ratio: (read: Read) => number | undefined;
}

export interface Verdict {
  readonly goal: Goal;
  /** Undefined when something that it needs was not measured in this run. */
  readonly ratio: number | undefined;
}

type Read = (line: string, inFlight: number | undefined, figure: FigureName) => number | undefined;

function over(value: number | undefined, least: number | undefined): number | undefined {
  return value === undefined || least === undefined || least === 0 ? undefined : value / least;
}

function atLeast(line: string, inFlight: number | undefined, figure: FigureName, least: number): (read: Read) => number | undefined {
  return (read) => over(read(line, inFlight, figure), least);
}

function atMost(line: string, inFlight: number | undefined, figure: FigureName, most: number): (read: Read) => number | undefined {
  return (read) => over(most, read(line, inFlight, figure));
}

/** The goal is a share of the other figure: 0.85 of it is the goal "costs at most 15 %". */
function shareOf(one: readonly [string, number], other: readonly [string, number], share: number): (read: Read) => number | undefined {
  return (read) => {
    const rate = read(other[0], other[1], "messagesPerSecond");
    return over(read(one[0], one[1], "messagesPerSecond"), rate === undefined ? undefined : rate * share);
  };
}

/** The same for lines that have no number in flight. */
function shareOfLines(one: string, other: string, share: number): (read: Read) => number | undefined {
  return (read) => {
    const rate = read(other, undefined, "messagesPerSecond");
    return over(read(one, undefined, "messagesPerSecond"), rate === undefined ? undefined : rate * share);
  };
}

/**
 * The rival's call answers when the handler has run, its send when the message is durable. The goal was set with the figures of its call.
 */
type RivalWay = "call" | "send";

function tenTimesTheRateOf(way: RivalWay): Goal {
  return {
    line: "add-http",
    inFlight: 256,
    text: `≥ 10 × Restate's messages/s by ${way}`,
    ratio: (read) => over(read("add-http", 256, "messagesPerSecond"), tenTimes(read(`restate:${way}`, 256, "messagesPerSecond"))),
  };
}

function aTenthOfTheTimeOf(way: RivalWay): Goal {
  return {
    line: "add-http",
    inFlight: 1,
    text: `p50 ≤ a tenth of Restate's by ${way}`,
    ratio: (read) => over(read(`restate:${way}`, 1, "p50Ms"), tenTimes(read("add-http", 1, "p50Ms"))),
  };
}

function trafficUnhurtBy(question: string): Goal {
  const line = `questions:${question}`;
  return {
    line,
    inFlight: undefined,
    text: "traffic's p99 ≤ 1.1 × what it is when nobody asks",
    ratio: (read) => {
      const unasked = read("questions:none", undefined, "p99Ms");
      return over(unasked === undefined ? undefined : unasked * 1.1, read(line, undefined, "p99Ms"));
    },
  };
}

function tenTimes(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 10;
}

const goals: readonly Goal[] = [
  tenTimesTheRateOf("call"),
  tenTimesTheRateOf("send"),
  {
    line: "add-stream",
    inFlight: 256,
    text: "≥ 50 % of the bare echo's requests/s",
    ratio: shareOf(["add-stream", 256], ["echo", 256], 0.5),
  },
  {
    line: "frames:on",
    inFlight: 256,
    text: "≥ 1.5 × the rate without",
    ratio: shareOf(["frames:on", 256], ["frames:off", 256], 1.5),
  },
  {
    line: "frames:on",
    inFlight: 256,
    text: "gateway CPU ≤ 21 µs a message",
    ratio: atMost("frames:on", 256, "gatewayCpuMicroseconds", 21),
  },
  {
    line: "frames:on:chain",
    inFlight: 256,
    text: "≥ 18 000 chains/s",
    ratio: atLeast("frames:on:chain", 256, "messagesPerSecond", 18_000),
  },
  { line: "add-http", inFlight: 1, text: "p50 ≤ 0.5 ms", ratio: atMost("add-http", 1, "p50Ms", 0.5) },
  aTenthOfTheTimeOf("call"),
  aTenthOfTheTimeOf("send"),
  {
    line: "add-stream",
    inFlight: 256,
    text: "gateway CPU ≤ 60 µs a message",
    ratio: atMost("add-stream", 256, "gatewayCpuMicroseconds", 60),
  },
  { line: "add-http", inFlight: 256, text: "gateway CPU ≤ 60 µs a message", ratio: atMost("add-http", 256, "gatewayCpuMicroseconds", 60) },
  { line: "hot", inFlight: 4096, text: "≥ 150 000 messages/s", ratio: atLeast("hot", 4096, "messagesPerSecond", 150_000) },
  { line: "chain", inFlight: 256, text: "≥ 10 000 chains/s", ratio: atLeast("chain", 256, "messagesPerSecond", 10_000) },
  { line: "chain", inFlight: 1, text: "end to end p50 ≤ 2 ms", ratio: atMost("chain", 1, "p50Ms", 2) },
  {
    line: "accept:stream",
    inFlight: 4096,
    text: "≥ 100 000 messages/s",
    ratio: atLeast("accept:stream", 4096, "messagesPerSecond", 100_000),
  },
  { line: "accept:http", inFlight: 256, text: "≥ 15 000 messages/s", ratio: atLeast("accept:http", 256, "messagesPerSecond", 15_000) },
  {
    line: "resident:many",
    inFlight: 256,
    text: "≥ 80 % of the 10 000-id figure",
    ratio: shareOf(["resident:many", 256], ["resident:few", 256], 0.8),
  },
  { line: "resident:many", inFlight: 256, text: "peak memory ≤ 400 MB", ratio: atMost("resident:many", 256, "gatewayPeakMegabytes", 400) },
  {
    line: "kafka:through",
    inFlight: undefined,
    text: "≥ 50 % of the client's own loop",
    ratio: shareOfLines("kafka:through", "kafka:loop", 0.5),
  },
  {
    line: "kafka:in",
    inFlight: undefined,
    text: "≥ the rate of Restate's subscription",
    ratio: shareOfLines("kafka:in", "kafka:restate", 1),
  },
  {
    line: "calls",
    inFlight: 1,
    text: "p50 ≤ 1.2 × a plain message's",
    ratio: (read) => {
      const plain = read("calls:plain", 1, "p50Ms");
      return over(plain === undefined ? undefined : plain * 1.2, read("calls", 1, "p50Ms"));
    },
  },
  { line: "calls", inFlight: 256, text: "≥ 60 % of plain messages' rate", ratio: shareOf(["calls", 256], ["calls:plain", 256], 0.6) },
  ...["traces", "tail", "entities", "history", "sql"].map(trafficUnhurtBy),
  { line: "restart", inFlight: undefined, text: "healthy ≤ 0.3 s", ratio: atMost("restart", undefined, "healthyMs", 300) },
  { line: "restart", inFlight: undefined, text: "first reply ≤ 0.5 s", ratio: atMost("restart", undefined, "firstReplyMs", 500) },
  { line: "savepoint:during", inFlight: 256, text: "≤ 10 s", ratio: atMost("savepoint:during", 256, "tookSeconds", 10) },
  {
    line: "savepoint:during",
    inFlight: 256,
    text: "traffic p99 ≤ 2 × the one before",
    ratio: (read) => {
      const before = read("savepoint:before", 256, "p99Ms");
      return over(before === undefined ? undefined : before * 2, read("savepoint:during", 256, "p99Ms"));
    },
  },
  { line: "idle:started", inFlight: undefined, text: "≤ 150 MB", ratio: atMost("idle:started", undefined, "gatewayMegabytes", 150) },
  { line: "idle:started", inFlight: undefined, text: "≤ 1 % of a core", ratio: atMost("idle:started", undefined, "cpuPercent", 1) },
  {
    line: "idle:console-opened",
    inFlight: undefined,
    text: "≤ 150 MB",
    ratio: atMost("idle:console-opened", undefined, "gatewayMegabytes", 150),
  },
  {
    line: "idle:console-opened",
    inFlight: undefined,
    text: "≤ 1 % of a core",
    ratio: atMost("idle:console-opened", undefined, "cpuPercent", 1),
  },
  {
    line: "journal:full",
    inFlight: 256,
    text: "≥ 85 % of the rate without",
    ratio: shareOf(["journal:full", 256], ["journal:off", 256], 0.85),
  },
  {
    line: "console:stream",
    inFlight: 256,
    text: "≥ 95 % of the rate when closed",
    ratio: shareOf(["console:stream", 256], ["console:closed", 256], 0.95),
  },
];

/** Judges the goals of the lines that this run has. */
export function judge(result: Pick<Result, "lines">): Verdict[] {
  const find = (line: string, inFlight: number | undefined) =>
    result.lines.find((candidate) => candidate.line === line && candidate.inFlight === inFlight);
  const read: Read = (line, inFlight, figure) => {
    const found = find(line, inFlight);
    return found === undefined ? undefined : figureOf(found, figure)?.median;
  };
  return goals.filter(({ line, inFlight }) => find(line, inFlight) !== undefined).map((goal) => ({ goal, ratio: goal.ratio(read) }));
}
