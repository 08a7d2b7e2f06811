/**
 * OTLP thread: encodes what the gateway's thread hands over and sends it to the collector, away from the traffic. telemetry.ts starts it
 * and adds up what it reports. A collector that is away, slow, full or wrong costs a bounded queue here and nothing elsewhere.
 */
import { parentPort, workerData } from "node:worker_threads";
import { boundInterimAnswers } from "../listener/bound-interim.ts";
import { OtlpQueue, type OtlpSettings } from "./otlp-queue.ts";
import type { TelemetryDigest } from "./telemetry-digest.ts";

/** Sent upwards: how far the thread has come. */
export interface OtlpThreadReport {
  /** The number of digests that were taken since the last report; as many more may be sent. */
  readonly taken: number;
  readonly counts: OtlpQueue["counts"];
  /** Undefined when the last request went well, or there was none. */
  readonly problem: string | undefined;
}

const reportEveryMs = 500;

function run(port: NonNullable<typeof parentPort>): void {
  boundInterimAnswers();
  const queue = new OtlpQueue(workerData as OtlpSettings);
  let taken = 0;
  let last = "";
  port.on("message", (digest: TelemetryDigest) => {
    taken++;
    queue.add(digest);
  });
  setInterval(() => {
    const report: OtlpThreadReport = { taken, counts: { ...queue.counts }, problem: queue.problem };
    const text = JSON.stringify(report);
    if (taken === 0 && text === last) return;
    last = JSON.stringify({ ...report, taken: 0 });
    taken = 0;
    port.postMessage(report);
  }, reportEveryMs);
}

if (parentPort !== null) run(parentPort);
