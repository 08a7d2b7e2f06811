/**
 * `node tools/overload.ts [--minutes 10 --way http|grpc|mixed --rate 1000 --entities 1000000 --bound 1024]`: five times what the functions
 * can take, against a gateway with its default limits. A line a minute, then the verdict; the last line says "1 passed, 0 failed" or the
 * reverse.
 */
import { runOverload, throughput, type OverloadReport, type Way } from "../e2e/overload/overload-run.ts";
import { toldOptions } from "./told-options.ts";

const { values } = toldOptions({
  command: "npm run overload",
  about: "Five times what the functions can take, against a gateway with its default limits.",
  options: {
    minutes: { type: "string", default: "10" },
    way: { type: "string", default: "mixed" },
    rate: { type: "string", default: "1000" },
    entities: { type: "string", default: "1000000" },
    bound: { type: "string", default: "1024" },
  },
  says: {
    minutes: "how long",
    way: "http, grpc or mixed",
    rate: "messages a second that the functions take",
    entities: "how many",
    bound: "megabytes that the gateway may take",
  },
});

function positive(name: "minutes" | "rate" | "entities" | "bound"): number {
  const number = Number(values[name]);
  if (number > 0) return number;
  throw new Error(`--${name} is "${values[name]}": write a number above 0.`);
}

function wayOf(text: string): Way {
  if (text === "http" || text === "grpc" || text === "mixed") return text;
  throw new Error(`--way is "${text}": write http, grpc or mixed.`);
}

const options = {
  minutes: positive("minutes"),
  way: wayOf(values.way),
  rate: positive("rate"),
  entities: positive("entities"),
  bound: positive("bound"),
};
const throughputKept = 0.9;

function findings(report: OverloadReport): string[] {
  const { audit, intervals, peakMegabytes } = report;
  const found: string[] = [];
  if (audit.wrongEntities > 0) found.push(`${audit.wrongEntities} entities hold not what was accepted, first ${audit.firstWrong}`);
  if (audit.processed !== audit.accepted) found.push(`${audit.accepted} messages accepted, ${audit.processed} processed`);
  if (audit.waiting > 0) found.push(`${audit.waiting} messages still wait`);
  if (peakMegabytes > options.bound) found.push(`the gateway took ${peakMegabytes} MB, the bound is ${options.bound}`);
  const first = throughput(intervals[0]);
  const last = throughput(intervals.at(-1));
  if (last < throughputKept * first) found.push(`${Math.round(last)} processed a second in the end, ${Math.round(first)} in the beginning`);
  return found;
}

console.log(
  `overload: ${options.minutes} minutes, ${options.way}, functions take ${options.rate} messages/s, ${options.entities} entities`,
);
try {
  const report = await runOverload({
    way: options.way,
    seconds: options.minutes * 60,
    messagesPerSecond: options.rate,
    entities: options.entities,
    intervals: Math.max(3, Math.round(options.minutes)),
    drainTimeoutMs: 600_000,
    log: (line) => console.log(line),
  });
  const { audit, idleMegabytes, peakMegabytes, drainSeconds, refused } = report;
  console.log(`${audit.accepted} accepted, ${audit.processed} processed, drained in ${drainSeconds} s, refused ${JSON.stringify(refused)}`);
  console.log(`gateway memory: ${idleMegabytes} MB idle, ${peakMegabytes} MB at the peak`);
  const found = findings(report);
  for (const line of found) console.log(line);
  console.log(found.length === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
  process.exitCode = found.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}
