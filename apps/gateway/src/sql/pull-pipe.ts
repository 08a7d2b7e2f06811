/**
 * PullPipe: frames over the pipe of a query's process: four bytes of length, then the structure. The child's end blocks: DuckDB asks for
 * rows in the middle of its work and can do nothing before they are there. Neighbours: sql-query.ts pulls, sql-process.ts answers.
 */
import { readSync, writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { pullFd, type Pull, type Pulled } from "./sql-job.ts";

const headBytes = 4;

export function frameOf(value: Pull | Pulled): Buffer {
  const body = serialize(value);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

/** Blocks its thread until the answer is there. */
export function pullNow(pull: Pull): Pulled {
  const frame = frameOf(pull);
  for (let sent = 0; sent < frame.length; ) sent += writeSync(pullFd, frame, sent);
  const length = readFully(headBytes).readUInt32LE();
  // Only the gateway writes to this pipe, so the shape is known.
  return deserialize(readFully(length)) as Pulled;
}

function readFully(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let have = 0; have < bytes; ) {
    const count = readSync(pullFd, buffer, have, bytes - have, null);
    if (count === 0) throw new Error("the gateway is gone");
    have += count;
  }
  return buffer;
}

const pullBytesMax = 64 * 1024;

/** The gateway's end: assembles whole pulls from the bytes that come. */
export class PullReader {
  #have: Buffer = Buffer.alloc(0);

  add(bytes: Buffer): Pull[] {
    this.#have = Buffer.concat([this.#have, bytes]);
    const pulls: Pull[] = [];
    while (this.#have.length >= headBytes) {
      const length = this.#have.readUInt32LE();
      if (length > pullBytesMax) throw new Error("a pull is larger than any can be");
      if (this.#have.length < headBytes + length) break;
      pulls.push(deserialize(this.#have.subarray(headBytes, headBytes + length)) as Pull);
      this.#have = this.#have.subarray(headBytes + length);
    }
    return pulls;
  }
}
