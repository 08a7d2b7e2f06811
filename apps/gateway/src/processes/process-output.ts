/**
 * ProcessOutput: the last lines that the instances of one endpoint wrote, numbered, bounded in lines and in bytes. Neighbour:
 * output-limit.ts, because of which a flood is not read byte by byte.
 * Guarantee: a program that writes without end or without line breaks takes no more than these bounds, and is never held up.
 */
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { OutputLineView } from "../contract/functions/process.ts";
import { OutputLimit } from "./output-limit.ts";

export const outputLinesMax = 1_000;
export const outputBytesMax = 256 * 1024;
/** A longer line is cut into several. */
export const outputLineCharactersMax = 4_096;

export class ProcessOutput {
  readonly #lines: OutputLineView[] = [];
  readonly #nowMs: () => number;
  #bytes = 0;
  #sequence = 0;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /** Returns the lines after the given sequence, oldest first. */
  after(sequence: number): readonly OutputLineView[] {
    return this.#lines.filter((line) => line.sequence > sequence);
  }

  add(line: Pick<OutputLineView, "instance" | "stream" | "text">): void {
    this.#lines.push({ ...line, sequence: ++this.#sequence, atMs: this.#nowMs() });
    this.#bytes += bytesOf(line.text);
    while (this.#lines.length > outputLinesMax || this.#bytes > outputBytesMax) {
      const oldest = this.#lines.shift();
      if (oldest === undefined) return;
      this.#bytes -= bytesOf(oldest.text);
    }
  }

  /** Keeps what comes from the stream, line by line. */
  read(from: Readable, { instance, stream }: Pick<OutputLineView, "instance" | "stream">): void {
    const decoder = new StringDecoder("utf8");
    let begun = "";
    const take = (text: string): void => {
      const lines = (begun + text).split(/\r?\n/);
      begun = lines.pop() ?? "";
      // Earlier lines would be dropped at once, so they are not added.
      for (const line of lines.slice(-outputLinesMax)) this.#addCut(line, { instance, stream });
      while (begun.length > outputLineCharactersMax) {
        this.add({ instance, stream, text: begun.slice(0, outputLineCharactersMax) });
        begun = begun.slice(outputLineCharactersMax);
      }
    };
    const limit = new OutputLimit({
      take: (chunk) => take(decoder.write(chunk)),
      leftOut: (bytes) => {
        take(decoder.end());
        if (begun !== "") this.add({ instance, stream, text: begun });
        begun = "";
        this.add({ instance, stream: "gateway", text: `${bytes} bytes are left out: too many a second` });
      },
      nowMs: this.#nowMs,
    });
    from.on("data", (chunk: Buffer) => limit.add(chunk));
    from.once("close", () => {
      limit.end();
      take(decoder.end());
      if (begun !== "") this.add({ instance, stream, text: begun });
      begun = "";
    });
  }

  #addCut(line: string, place: Pick<OutputLineView, "instance" | "stream">): void {
    for (let at = 0; at === 0 || at < line.length; at += outputLineCharactersMax)
      this.add({ ...place, text: line.slice(at, at + outputLineCharactersMax) });
  }
}

/** The most memory that the text takes. */
function bytesOf(text: string): number {
  return text.length * 2;
}
