/**
 * EmbeddedReporter: reports what one thread of embedded functions does and prints. It uses a channel of this process, because partitions
 * have threads of their own. Neighbours: embedded-worker.ts reports; the gateway may watch (watchEmbedded). Guarantee: a function that
 * prints without end costs no more than linesPerSecondMax lines a second; what is left out is counted.
 */
import type { Readable } from "node:stream";
import { BroadcastChannel } from "node:worker_threads";
import type { EmbeddedReport } from "@signalbox/runtime";

const channelName = `signalbox-embedded-${process.pid}`;
const linesPerSecondMax = 200;
const lineCharactersMax = 4_096;

let channel: BroadcastChannel | undefined;

function say(report: EmbeddedReport): void {
  if (channel === undefined) {
    channel = new BroadcastChannel(channelName);
    channel.unref();
  }
  channel.postMessage(report);
}

/** The returned function ends the watch. */
export function watchEmbedded(hear: (report: EmbeddedReport) => void): () => void {
  const listening = new BroadcastChannel(channelName);
  listening.unref();
  listening.onmessage = (event: unknown) => {
    const { data } = event as { readonly data: unknown };
    if (isReport(data)) hear(data);
  };
  return () => listening.close();
}

/** The functions run in this process too and may post to any of its channels, so the shape is checked. */
function isReport(data: unknown): data is EmbeddedReport {
  const { endpoint, module, place, what } = fieldsOf(data);
  if (typeof endpoint !== "string" || typeof module !== "string" || typeof place !== "string") return false;
  const { kind, problem, bytes, stream, text } = fieldsOf(what);
  const { code, message } = fieldsOf(problem);
  switch (kind) {
    case "starting":
    case "running":
    case "gone":
    case "stuck":
      return true;
    case "ended":
    case "refused":
      return typeof code === "string" && typeof message === "string";
    case "memory":
      return typeof bytes === "number";
    case "line":
      return typeof text === "string" && (stream === "out" || stream === "error" || stream === "gateway");
    default:
      return false;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Counts a stuck thread, also one that has no reporter. */
export function sayStuck(): void {
  say({ endpoint: "", module: "", place: "", what: { kind: "stuck" } });
}

export class EmbeddedReporter {
  readonly #of: Pick<EmbeddedReport, "endpoint" | "module" | "place">;
  #secondEndsMs = 0;
  #lines = 0;
  #leftOut = 0;

  constructor(of: Pick<EmbeddedReport, "endpoint" | "module" | "place">) {
    this.#of = of;
  }

  tell(what: EmbeddedReport["what"]): void {
    say({ ...this.#of, what });
  }

  /** Passes on what the thread prints, line by line. */
  read(from: Readable, stream: "out" | "error"): void {
    let begun = "";
    from.setEncoding("utf8");
    from.on("data", (text: string) => {
      const lines = (begun + text).split(/\r?\n/);
      begun = (lines.pop() ?? "").slice(0, lineCharactersMax);
      for (const line of lines) this.#line(stream, line.slice(0, lineCharactersMax));
    });
    from.once("close", () => {
      if (begun !== "") this.#line(stream, begun);
    });
  }

  #line(stream: "out" | "error", text: string): void {
    const nowMs = performance.now();
    if (nowMs >= this.#secondEndsMs) {
      if (this.#leftOut > 0) this.tell({ kind: "line", stream: "gateway", text: `${this.#leftOut} lines are left out: too many a second` });
      this.#secondEndsMs = nowMs + 1_000;
      this.#lines = 0;
      this.#leftOut = 0;
    }
    if (this.#lines++ < linesPerSecondMax) this.tell({ kind: "line", stream, text });
    else this.#leftOut++;
  }
}
