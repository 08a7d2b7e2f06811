/**
 * EpochLog: the append-only log that is the commit point of a store: one frame and one sync per epoch. Its files hold what the store below
 * does not have yet. A file on which a write failed is never written again, because nobody knows what the system dropped of it. The frame
 * goes into a new file; the head of that file names its first frame, which is also where the file before it ends (epoch-log-reading.ts).
 */
import type { FrameName } from "./epoch-frame.ts";
import { encodeLogHead, logHeadBytes } from "./epoch-log-head.ts";
import type { LogFile, LogFiles } from "./log-files.ts";

interface OpenFile {
  readonly generation: number;
  readonly file: LogFile;
  end: number;
  /** How many frames of the file are durable. */
  frames: number;
}

export interface EpochLogStart {
  /** The newest generation that is there. */
  readonly generation: number;
  /** The last frame that is there. */
  readonly ordinal: number;
}

export class EpochLog {
  private readonly files: LogFiles;
  private current: OpenFile | undefined;
  private generation: number;
  private ordinal: number;

  constructor(files: LogFiles, start: EpochLogStart) {
    this.files = files;
    this.generation = start.generation;
    this.ordinal = start.ordinal;
  }

  /** The last frame that is durable. */
  get lastOrdinal(): number {
    return this.ordinal;
  }

  /** Appends a frame to the newest file. One append at a time. */
  async append(encode: (name: FrameName) => Uint8Array): Promise<Uint8Array> {
    const open = this.current ?? (await this.begin());
    const ordinal = this.ordinal + 1;
    const frame = encode({ generation: open.generation, ordinal });
    try {
      await open.file.append(frame, open.end);
    } catch (error) {
      await this.abandon(open);
      throw error;
    }
    open.end += frame.length;
    open.frames++;
    this.ordinal = ordinal;
    this.files.markDurable(ordinal);
    return frame;
  }

  /** The next frame begins a new file. Returns the generation that ends here. */
  rotate(): number {
    this.current?.file.close();
    this.current = undefined;
    return this.generation;
  }

  /** The rows of all frames up to `ordinal` are in the store below, so the files up to `generation` are not needed any more. */
  async forget(generation: number, ordinal: number): Promise<void> {
    await this.files.markApplied(ordinal);
    // The oldest file first: a file must never be left while a newer one is gone.
    for (const one of this.files.generations()) if (one <= generation) await this.files.retire(one);
  }

  sizeBytes(): number {
    return this.files.sizeBytes();
  }

  close(): void {
    this.rotate();
    this.files.close();
  }

  private async begin(): Promise<OpenFile> {
    const generation = this.generation + 1;
    const file = await this.files.create(generation, encodeLogHead({ generation, first: this.ordinal + 1 }));
    this.generation = generation;
    this.current = { generation, file, end: logHeadBytes, frames: 0 };
    return this.current;
  }

  private async abandon(open: OpenFile): Promise<void> {
    open.file.close();
    this.current = undefined;
    if (open.frames > 0) return;
    // The file holds nothing that counts. Left there, it would begin with the same frame as the next file, which is allowed. But a disk
    // that is full for an hour must not leave a thousand of them.
    await this.files.remove(open.generation).catch(() => undefined);
  }
}
