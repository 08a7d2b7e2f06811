/**
 * FollowedLog: reads the frames of an epoch log that another thread writes, out of its files into layers, as they become durable. The
 * writer uses files again once the store below has their rows; a reader that comes too late begins anew with the files that are left.
 * Neighbours: log-progress.ts says how far to read, followed-store.ts shows the layers over the store below, disk-log-bytes.ts reads the
 * disk.
 */
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { frameAt, frameRows, type FoundFrame } from "./epoch-frame.ts";
import { decodeLogHead, logHeadBytes, type LogHead } from "./epoch-log-head.ts";
import type { LogProgress } from "./log-progress.ts";
import { OverlayLayer } from "./overlay-layer.ts";

/** The bytes of a log's files, while another thread writes, renames and removes them. */
export interface LogBytes {
  /** In rising order. */
  generations(): number[];
  /** At most `bytesMax` bytes, fewer at the end of the file; undefined when there is no such file now. */
  readAt(generation: number, position: number, bytesMax: number): Buffer | undefined;
}

/** It is normal that a file goes away during a read; this many in a row mean that something else is wrong. */
const restartsMax = 20;
const readBytesAtFirst = 64 * 1024;
const readBytesMax = 1024 * 1024;

interface FollowedFile {
  readonly generation: number;
  readonly layer: OverlayLayer;
  position: number;
  /** The last frame that was read from it, or the one before its first. */
  ordinal: number;
}

export class FollowedLog {
  private readonly bytes: LogBytes;
  private readonly progress: LogProgress;
  /** Oldest first; the last file is the one that is read on. */
  private files: FollowedFile[] = [];
  private last = -1;

  constructor(bytes: LogBytes, progress: LogProgress) {
    this.bytes = bytes;
    this.progress = progress;
  }

  /** The last frame that the layers hold. */
  get ordinal(): number {
    return this.last;
  }

  /** The newest first. */
  get layers(): readonly OverlayLayer[] {
    return this.files.map(({ layer }) => layer).toReversed();
  }

  /** Reads all that is durable now. Throws STORE_FAILED when the files do not hold it. */
  catchUp(): void {
    this.letGo();
    for (let restarts = 0; restarts <= restartsMax; restarts++) {
      const durable = this.progress.durable;
      if (this.last >= durable || this.readTo(durable)) return;
      this.beginAnew();
    }
    throw unreadable(`the epoch log is at ${this.progress.durable} and its files end at ${this.last}`);
  }

  /** Drops layers whose rows are all in the store below. A snapshot that still reads one keeps it alive. */
  private letGo(): void {
    const { below } = this.progress;
    while (this.files.length > 1 && (this.files[0]?.ordinal ?? 0) <= below) this.files.shift();
  }

  /** Starts again with the newest file that leaves no gap after the rows in the store below. Earlier frames in it do no harm. */
  private beginAnew(): void {
    const { below } = this.progress;
    this.files = [];
    this.last = below;
    for (const generation of this.bytes.generations().toReversed()) {
      const head = this.headOf(generation);
      if (head === undefined || head.first > below + 1) continue;
      this.open(head);
      return;
    }
  }

  private open({ generation, first }: LogHead): void {
    this.last = first - 1;
    this.files.push({ generation, layer: new OverlayLayer(), position: logHeadBytes, ordinal: first - 1 });
  }

  /** Returns false when the writer has moved on to other files. */
  private readTo(durable: number): boolean {
    for (;;) {
      const file = this.files.at(-1);
      if (file === undefined) return this.last >= durable;
      // Read before the frames: frames of this file that the next file begins with or follows were never acknowledged here and were written
      // again there.
      const next = this.headBehind(file.generation);
      const until = next === undefined ? durable : Math.min(durable, next.first - 1);
      if (file.ordinal < until && !this.readFile(file, until)) return false;
      if (this.last >= durable) return true;
      if (next === undefined) return false;
      this.open(next);
    }
  }

  private readFile(file: FollowedFile, until: number): boolean {
    let bytesMax = readBytesAtFirst;
    while (file.ordinal < until) {
      const bytes = this.bytes.readAt(file.generation, file.position, bytesMax);
      if (bytes === undefined) return false;
      let at = 0;
      while (file.ordinal < until) {
        const frame = frameAt(bytes, at);
        if (frame?.generation !== file.generation || frame.ordinal !== file.ordinal + 1) break;
        this.take(file, frame);
        at += frame.bytes.length;
      }
      file.position += at;
      if (at > 0) bytesMax = Math.min(readBytesMax, bytesMax * 2);
      else if (bytes.length < bytesMax) return false;
      else bytesMax *= 2;
    }
    return true;
  }

  private take(file: FollowedFile, frame: FoundFrame): void {
    const rows = frameRows(frame);
    if (rows === undefined) throw unreadable(`frame ${frame.ordinal} of the epoch log holds other rows than it says`);
    // Copied, because the frame is a part of a larger read buffer.
    file.layer.addRead(Uint8Array.from(frame.bytes), rows);
    file.ordinal = frame.ordinal;
    this.last = frame.ordinal;
  }

  /** The head of the next file that was begun. Numbers may be missing, because a file on which a write failed may have been removed. */
  private headBehind(generation: number): LogHead | undefined {
    for (const later of this.bytes.generations()) {
      const head = later > generation ? this.headOf(later) : undefined;
      if (head !== undefined) return head;
    }
    return undefined;
  }

  /** Undefined when the file does not exist or has no head yet. */
  private headOf(generation: number): LogHead | undefined {
    const bytes = this.bytes.readAt(generation, 0, logHeadBytes);
    const head = bytes === undefined ? undefined : decodeLogHead(bytes);
    return head?.generation === generation ? head : undefined;
  }
}

function unreadable(what: string): EngineError {
  return new EngineError("STORE_FAILED", what, "Ask again; it is read by the engine's own thread then.");
}
