/**
 * Level manifest: which tables and logs a LevelDB folder needs and up to which operation its tables hold everything. The file is a log
 * (store-level-log.ts) of edits; the state is their sum.
 */
export interface LevelManifest {
  /** Logs from this number on are replayed at the next start; 0: none was ever needed. */
  readonly logNumber: number;
  /** LevelDB numbers every put and delete; those up to this number had happened when the last edit was written. */
  readonly lastSequence: number;
  readonly tables: ReadonlyMap<number, { readonly number: number; readonly sizeBytes: number }>;
}

const tags = {
  comparator: 1,
  logNumber: 2,
  nextFile: 3,
  lastSequence: 4,
  compactPointer: 5,
  deletedFile: 6,
  newFile: 7,
  prevLog: 9,
} as const;

/** Throws a RangeError when an edit cannot be read. */
export function readManifest(edits: readonly Buffer[]): LevelManifest {
  let logNumber = 0;
  let lastSequence = 0;
  const tables = new Map<number, { number: number; sizeBytes: number }>();
  for (const edit of edits) {
    const cursor = new Cursor(edit);
    while (!cursor.ended) {
      const tag = cursor.varint();
      if (tag === tags.comparator) cursor.bytes();
      else if (tag === tags.logNumber) logNumber = cursor.varint();
      else if (tag === tags.lastSequence) lastSequence = cursor.varint();
      else if (tag === tags.nextFile || tag === tags.prevLog) cursor.varint();
      else if (tag === tags.compactPointer) {
        cursor.varint();
        cursor.bytes();
      } else if (tag === tags.deletedFile) {
        cursor.varint();
        tables.delete(cursor.varint());
      } else if (tag === tags.newFile) {
        cursor.varint();
        const number = cursor.varint();
        tables.set(number, { number, sizeBytes: cursor.varint() });
        cursor.bytes();
        cursor.bytes();
      } else throw new RangeError(`unknown tag ${tag}`);
    }
  }
  return { logNumber, lastSequence, tables };
}

/** Reads LevelDB's varints and length-prefixed bytes; numbers are exact up to 2^53. Throws a RangeError beyond the end. */
export class Cursor {
  readonly #from: Buffer;
  #position = 0;

  constructor(from: Buffer) {
    this.#from = from;
  }

  get ended(): boolean {
    return this.#position >= this.#from.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#from.readUInt8(this.#position++);
      value += (byte & 0x7f) * scale;
      if (byte < 128) return value;
    }
  }

  bytes(): Buffer {
    return this.take(this.varint());
  }

  take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#from.length) throw new RangeError("cut short");
    const taken = this.#from.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }
}
