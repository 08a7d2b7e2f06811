/**
 * TimelineFile: the timeline beside the store, so that a restart does not empty it: written aside and renamed every few seconds while something
 * happens, and once more at the end. A kill loses at most timelineFileMs of it; the journal still has those messages. What cannot be read is no
 * timeline (the file is only a memory of what was counted), and a disk that takes no writes costs the memory, never the engine.
 */
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { z } from "zod";
import { timelineSeconds } from "../shared/flow-windows.ts";
import type { TimelineBucket } from "../contract/overview.ts";

export const timelineFileName = "tape.json";
export const timelineFileMs = 5_000;
const fileBytesMax = 4 * 1024 * 1024;

const mark = z.object({ kind: z.enum(["savepoint", "restore", "module"]), text: z.string() });
const shape = z.object({
  version: z.literal(1),
  /** Second, messages, failures. */
  buckets: z.array(z.tuple([z.number().int(), z.number().int().nonnegative(), z.number().int().nonnegative(), z.array(mark)])),
});

export async function readTimeline(path: string): Promise<TimelineBucket[]> {
  let text: string;
  try {
    // A name in the folder is no promise: a pipe would hold up the start, a huge file its memory.
    const found = await stat(path);
    if (!found.isFile() || found.size > fileBytesMax) return [];
    text = await readFile(path, "utf8");
  } catch {
    return [];
  }
  const parsed = shape.safeParse(jsonOf(text));
  if (!parsed.success) return [];
  const buckets = parsed.data.buckets.map(([second, messages, failures, marks]) => ({ atMs: second * 1_000, messages, failures, marks }));
  return buckets.sort((left, right) => left.atMs - right.atMs).slice(-timelineSeconds);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function writeTimeline(path: string, buckets: readonly TimelineBucket[]): Promise<void> {
  const rows = buckets.map(({ atMs, messages, failures, marks }) => [atMs / 1_000, messages, failures, marks]);
  await writeFile(`${path}.part`, JSON.stringify({ version: 1, buckets: rows }));
  await rename(`${path}.part`, path);
}

export interface KeepTimelineOptions {
  readonly path: string;
  readonly timeline: () => readonly TimelineBucket[];
  /** Said once: the disk takes no timeline. */
  readonly warn: (message: string) => void;
}

/** Owns the loop that writes; `stop` writes once more and ends it. */
export class TimelineKeeper {
  readonly #options: KeepTimelineOptions;
  readonly #timer: NodeJS.Timeout;
  #written = "";
  #writing: Promise<void> = Promise.resolve();
  #warned = false;

  constructor(options: KeepTimelineOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#write(), timelineFileMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#write();
    await this.#writing;
  }

  #write(): void {
    const buckets = this.#options.timeline();
    // An engine at rest writes nothing: seconds in which nothing happened are known from those around them.
    const busy = buckets.filter((bucket) => bucket.messages + bucket.failures + bucket.marks.length > 0);
    const last = busy.at(-1);
    const state = `${last?.atMs ?? 0} ${last?.messages ?? 0} ${last?.failures ?? 0} ${last?.marks.length ?? 0}`;
    if (state === this.#written || last === undefined) return;
    this.#written = state;
    this.#writing = this.#writing
      .then(() => writeTimeline(this.#options.path, buckets))
      .catch((error: unknown) => {
        this.#written = "";
        if (this.#warned) return;
        this.#warned = true;
        this.#options.warn(`the timeline is not kept: ${error instanceof Error ? error.message : String(error)}`);
      });
  }
}
