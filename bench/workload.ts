/**
 * Workload: what every job and every rival does, defined once. A message is 32 bytes of which the first four are a number; the function
 * reads the entity's 32 bytes of state, adds the number to the first eight and writes them back. The processes, wrk's script and the rivals
 * take their sizes from here; ids are drawn by the simulator's generator, so that two runs send the same messages.
 */
import { Prng } from "@signalbox/engine/testing";

export const valueBytes = 32;
export const valueType = "bench/value";
export const stateName = "sum";
export const functionTypes = { counter: "bench/counter", first: "bench/first", teller: "bench/teller" } as const;

export const inFlights = [1, 32, 256] as const;
/** Most loads keep this many unacknowledged. */
export const inFlightFull = 256;
/** The loads about batches keep this many: one hot entity, and accepting only. */
export const inFlightBatches = 4096;
export const ids = 10_000;
export const hotIds = 1;

/** The message, which adds one. */
export const message = (() => {
  const bytes = Buffer.alloc(valueBytes, "v");
  bytes.writeUInt32LE(1, 0);
  return bytes;
})();

/** Makes the message with a number of its own after what it adds. */
export function numbered(number: number): Buffer {
  const bytes = Buffer.from(message);
  bytes.writeUInt32LE(number, 4);
  return bytes;
}

export function numberOf(value: Uint8Array | null | undefined): number {
  return value === null || value === undefined || value.length < 8 ? 0 : Buffer.from(value.buffer, value.byteOffset, 8).readUInt32LE(4);
}

/** Returns the state after one more message; undefined stands for an entity without a state. */
export function add(state: Uint8Array | undefined, increments: number): Buffer {
  const next = Buffer.alloc(valueBytes, "v");
  let before = 0n;
  if (state !== undefined && state.length >= 8) before = Buffer.from(state.buffer, state.byteOffset, 8).readBigUInt64LE(0);
  next.writeBigUInt64LE(before + BigInt(increments), 0);
  return next;
}

export function incrementOf(value: Uint8Array | null | undefined): number {
  if (value === null || value === undefined || value.length < 4) return 0;
  return ((value[0] ?? 0) | ((value[1] ?? 0) << 8) | ((value[2] ?? 0) << 16) | ((value[3] ?? 0) << 24)) >>> 0;
}

/** Draws the id of the next message, each of `count` equally likely. */
export function randomIds(count: number, seed: string): () => string {
  const prng = new Prng(`bench/${seed}`);
  return () => `e${prng.below(count)}`;
}

/** Returns every id once, spread over the key space, for filling. */
export function everyId(count: number): () => string {
  let index = 0;
  // 7919 is prime and divides no power of ten, so this visits all of them.
  return () => `e${(index++ * 7919) % count}`;
}
