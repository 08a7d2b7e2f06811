/**
 * LogFiles: where the files of an epoch log lie, each named by its generation. The disk's are in disk-log-files.ts, the simulator's in
 * testing/sim/sim-log-files.ts. Legal faults: an append fails (nothing of it is on disk, or a part, or all of it), is slow, and after a
 * crash any part of an append that had not resolved may be there; what had resolved is there. Creating, removing and reading may fail; a
 * file whose head did not get to disk may be there.
 */

export interface LogFile {
  /** Resolves once the bytes are on disk. One at a time. */
  append(bytes: Uint8Array, position: number): Promise<void>;
  close(): void;
}

/** Numbers that are kept beside the files: see DurableMark (leveldb/store-level-mark.ts). */
export interface LogMarks {
  /** A frame that was acknowledged: the last one or an earlier one. Undefined when nothing is known. */
  readonly durable: number | undefined;
  /** The last frame whose rows are certainly in the store below. */
  readonly applied: number | undefined;
}

export interface LogFiles {
  /** The folder, for messages to people. */
  readonly place: string;
  placeOf(generation: number): string;
  /** In rising order. */
  generations(): number[];
  read(generation: number): Buffer;
  marks(): LogMarks;
  /** Never claims more than is on disk; costs next to nothing. */
  markDurable(ordinal: number): void;
  /** Resolves once that is on disk. */
  markApplied(ordinal: number): Promise<void>;
  /** Resolves when the file's name and `head` are on disk. After the head the file may hold anything. */
  create(generation: number, head: Uint8Array): Promise<LogFile>;
  /** Resolves once it is certain that the file will not be found again under its name. */
  remove(generation: number): Promise<void>;
  /** As remove, but the file may be used again: its bytes may then follow the head of a file that is created later. */
  retire(generation: number): Promise<void>;
  sizeBytes(): number;
  close(): void;
}
