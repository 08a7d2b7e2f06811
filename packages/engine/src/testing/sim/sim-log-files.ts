/**
 * SimLogFiles: the files of an epoch log on a disk that survives crashes; counterpart of adapters/epoch-log/disk-log-files.ts. Each write
 * waits until the world says how it ends. It shows the port's faults: a write fails and nothing, a part or all of it is on disk; a crash
 * tears what was being written at any byte; a mark that was not synced is older after a power cut; a file that is used again still holds
 * its old content.
 */
import { StoreError } from "@signalbox/runtime/model/engine-error";
import type { LogBytes } from "../../adapters/epoch-log/followed-log.ts";
import type { LogFile, LogFiles, LogMarks } from "../../adapters/epoch-log/log-files.ts";
import type { Prng } from "../prng.ts";

/** What outlives a process. */
export interface SimLogDisk {
  readonly files: Map<number, Buffer>;
  spare: Buffer | undefined;
  durable: number | undefined;
  applied: number | undefined;
}

export const emptyLogDisk = (): SimLogDisk => ({ files: new Map(), spare: undefined, durable: undefined, applied: undefined });

/** The files as another thread reads them. */
export function simLogBytes({ files }: SimLogDisk): LogBytes {
  return {
    generations: () => [...files.keys()].toSorted((a, b) => a - b),
    readAt(generation, position, bytesMax) {
      const bytes = files.get(generation)?.subarray(position, position + bytesMax);
      return bytes === undefined ? undefined : Buffer.from(bytes);
    },
  };
}

export type WriteEnd = "durable" | "fails";

interface Underway {
  readonly end: (how: WriteEnd) => void;
  readonly crash: () => void;
}

export class SimLogFiles implements LogFiles {
  readonly place = "the simulated log";
  /** Writes that have not ended. */
  readonly underway: Underway[] = [];
  private readonly disk: SimLogDisk;
  private readonly rng: Prng;
  private readonly found: LogMarks;
  private stopped = false;

  constructor(disk: SimLogDisk, rng: Prng) {
    this.disk = disk;
    this.rng = rng;
    this.found = { durable: disk.durable, applied: disk.applied };
    if (disk.files.size === 0) disk.spare = undefined;
  }

  placeOf(generation: number): string {
    return `file ${generation} of ${this.place}`;
  }

  generations(): number[] {
    return [...this.disk.files.keys()].toSorted((a, b) => a - b);
  }

  read(generation: number): Buffer {
    return Buffer.from(this.disk.files.get(generation) ?? []);
  }

  marks(): LogMarks {
    return this.found;
  }

  markDurable(ordinal: number): void {
    this.disk.durable = ordinal;
  }

  async markApplied(ordinal: number): Promise<void> {
    await this.waited({ done: () => (this.disk.applied = ordinal), torn: () => undefined });
  }

  async create(generation: number, head: Uint8Array): Promise<LogFile> {
    // A caller of a life that has ended never gets an answer.
    if (this.stopped) return new Promise(() => undefined);
    this.disk.files.set(generation, this.disk.spare ?? Buffer.alloc(0));
    this.disk.spare = undefined;
    // What the system does with a file after a failure is unknown; here it reports success and writes nothing.
    let failed = false;
    const file: LogFile = {
      append: async (bytes, position) => {
        const put = (until: number): void => {
          if (!failed) this.put(generation, bytes.subarray(0, until), position);
        };
        try {
          await this.waited({ done: () => put(bytes.length), torn: () => put(this.rng.between(0, bytes.length)) });
        } catch (error) {
          failed = true;
          throw error;
        }
      },
      close: () => undefined,
    };
    await file.append(head, 0);
    return file;
  }

  async remove(generation: number): Promise<void> {
    await this.waited({ done: () => this.disk.files.delete(generation), torn: () => undefined });
  }

  async retire(generation: number): Promise<void> {
    await this.waited({
      done: () => {
        this.disk.spare ??= this.disk.files.get(generation);
        this.disk.files.delete(generation);
      },
      torn: () => undefined,
    });
  }

  sizeBytes(): number {
    return [...this.disk.files.values()].reduce((sum, file) => sum + file.length, 0);
  }

  close(): void {}

  /** The machine stops: each write that had not ended leaves any part of itself. */
  crash(): void {
    this.stopped = true;
    for (const { crash } of this.underway.splice(0)) crash();
  }

  private put(generation: number, bytes: Uint8Array, position: number): void {
    const before = this.disk.files.get(generation);
    if (before === undefined) return;
    const after = Buffer.alloc(Math.max(before.length, position + bytes.length));
    before.copy(after);
    after.set(bytes, position);
    this.disk.files.set(generation, after);
  }

  private waited({ done, torn }: { done: () => unknown; torn: () => unknown }): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.stopped) return;
      const entry: Underway = {
        end: (how) => {
          if (how === "durable") {
            done();
            resolve();
            return;
          }
          // Whole, in part or not at all: a caller that learns of a failure does not know which.
          if (this.rng.chance(300)) done();
          else torn();
          reject(
            new StoreError("STORE_FAILED", { message: "the simulated log does not write", place: this.place, cure: "Wait for calm." }),
          );
        },
        crash: () => (this.rng.chance(300) ? done() : torn()),
      };
      this.underway.push(entry);
    });
  }
}
