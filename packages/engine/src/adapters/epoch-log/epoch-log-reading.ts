/**
 * Epoch log reading: what the files of a log hold when a store is opened, and whether that is all. Everything that was acknowledged must be
 * there. So a gap between frames, a damaged frame with a good one after it, and an end before the durable mark are DATA_CORRUPT, and
 * nothing is changed. What was never acknowledged may be torn: the end of the newest file, and the end of a file on which a write failed
 * (the head of the next file says where that is).
 */
import { corrupt } from "../leveldb/store-level-check.ts";
import { frameAt, frameRows, nextFrameMagic, type FoundFrame, type FrameRow } from "./epoch-frame.ts";
import { decodeLogHead, logHeadBytes, type LogHead } from "./epoch-log-head.ts";
import type { EpochLogStart } from "./epoch-log.ts";
import type { LogFiles } from "./log-files.ts";

export interface ReadFrame {
  readonly bytes: Uint8Array;
  readonly rows: readonly FrameRow[];
}

export interface EpochLogReading extends EpochLogStart {
  /** The frames that the store below may lack, in order. */
  readonly frames: readonly ReadFrame[];
}

interface FoundFile {
  readonly generation: number;
  readonly head: LogHead;
  readonly frames: readonly FoundFrame[];
  readonly goodEnd: number;
  readonly bytes: Buffer;
}

/** Throws DATA_CORRUPT. */
export function readEpochLog(files: LogFiles): EpochLogReading {
  const { durable = 0, applied = 0 } = files.marks();
  const found: FoundFile[] = [];
  /** The newest file, if its head did not get to disk: the next file takes its name. */
  let unbegun: number | undefined;
  const generations = files.generations();
  for (const generation of generations) {
    const file = readFile(files, generation);
    if (file !== undefined) found.push(file);
    else if (generation === generations.at(-1)) unbegun = generation;
    else throw corrupt(files.placeOf(generation), "its head does not fit its checksum");
  }
  let ordinal = applied;
  const frames: ReadFrame[] = [];
  for (const [index, file] of found.entries()) {
    if (index === 0) requireBeginning(files, file, ordinal);
    const next = found[index + 1];
    // Frames after that were written again in the next file, and were never acknowledged.
    const counted = file.frames.filter((frame) => next === undefined || frame.ordinal < next.head.first);
    ordinal = Math.max(ordinal, file.head.first - 1, counted.at(-1)?.ordinal ?? 0);
    requireEnd(files, { file, next, ordinal });
    for (const frame of counted) if (frame.ordinal > applied) frames.push(rowsOf(files, file, frame));
  }
  if (durable > ordinal) {
    const newest = unbegun ?? found.at(-1)?.generation;
    const where = unbegun === undefined && found.length > 0 ? ` (byte ${found.at(-1)?.goodEnd})` : "";
    throw corrupt(
      newest === undefined ? files.place : files.placeOf(newest),
      `acknowledged data is missing: epoch ${durable} of the log was synced, what is left ends at ${ordinal}${where}`,
    );
  }
  return { frames, generation: unbegun === undefined ? (found.at(-1)?.generation ?? 0) : unbegun - 1, ordinal };
}

function readFile(files: LogFiles, generation: number): FoundFile | undefined {
  const bytes = files.read(generation);
  const head = decodeLogHead(bytes);
  // A file that is used again has its old head until the new one is on disk.
  if (head === undefined || head.generation !== generation) return undefined;
  const frames: FoundFrame[] = [];
  let at = logHeadBytes;
  for (;;) {
    const frame = frameAt(bytes, at);
    if (frame?.generation !== generation || frame.ordinal !== head.first + frames.length) break;
    frames.push(frame);
    at += frame.bytes.length;
  }
  return { generation, head, frames, goodEnd: at, bytes };
}

function requireBeginning(files: LogFiles, { head, generation }: FoundFile, applied: number): void {
  if (head.first <= applied + 1) return;
  throw corrupt(files.placeOf(generation), `epochs ${applied + 1} to ${head.first - 1} of the log are missing before it`);
}

/** After the last frame that counts there may be a torn frame, but no whole one that was written later. */
function requireEnd(files: LogFiles, { file, next, ordinal }: { file: FoundFile; next: FoundFile | undefined; ordinal: number }): void {
  if (next !== undefined) {
    if (next.head.first <= ordinal + 1) return;
    throw corrupt(
      files.placeOf(file.generation),
      `epochs ${ordinal + 1} to ${next.head.first - 1} do not fit their checksums from byte ${file.goodEnd} on`,
    );
  }
  for (let at = nextFrameMagic(file.bytes, file.goodEnd); at !== undefined; at = nextFrameMagic(file.bytes, at + 1)) {
    const behind = frameAt(file.bytes, at);
    if (behind?.generation === file.generation && behind.ordinal > ordinal) {
      const what = `what begins at byte ${file.goodEnd} does not fit its checksum, and what was written after it does`;
      throw corrupt(files.placeOf(file.generation), what);
    }
  }
}

function rowsOf(files: LogFiles, file: FoundFile, frame: FoundFrame): ReadFrame {
  const rows = frameRows(frame);
  if (rows === undefined) throw corrupt(files.placeOf(file.generation), `epoch ${frame.ordinal} of the log holds other rows than it says`);
  return { bytes: frame.bytes, rows };
}
