/**
 * EraRecord: the row of an era: which restore began it, and what it found. Two lists may follow the types, the second behind a mark that no
 * sequence reaches. Neighbour: store-record.ts, which knows all kinds of rows.
 */
import type { Era } from "@signalbox/runtime/model/era";
import type { BytesReader, BytesWriter } from "./bytes-writer.ts";

/** Stands before the ends of partitions. */
const endsFollow = Number.MAX_SAFE_INTEGER;

export function writeEra(writer: BytesWriter, { number, beganMs, firstSequence, savepoint, types, firstSequencesBefore = [] }: Era): void {
  writer.number(number);
  writer.number(beganMs);
  writer.number(firstSequence);
  writer.text(savepoint.name);
  writer.number(savepoint.epoch);
  writer.number(savepoint.nextSequence);
  writer.number(savepoint.createdMs);
  writer.number(types.length);
  for (const type of types) writer.text(type);
  for (const first of firstSequencesBefore) writer.number(first);
  if (savepoint.partitionEnds === undefined) return;
  writer.number(endsFollow);
  for (const end of savepoint.partitionEnds) writer.number(end);
}

export function readEra(reader: BytesReader): Era {
  const number = reader.number();
  const beganMs = reader.number();
  const firstSequence = reader.number();
  const name = reader.text();
  const savepoint = { name, epoch: reader.number(), nextSequence: reader.number(), createdMs: reader.number() };
  const types: string[] = [];
  for (let left = reader.number(); left > 0; left--) types.push(reader.text());
  const firstSequencesBefore: number[] = [];
  const partitionEnds: number[] = [];
  let list = firstSequencesBefore;
  while (!reader.isAtEnd) {
    const next = reader.number();
    if (next === endsFollow) list = partitionEnds;
    else list.push(next);
  }
  const ended = partitionEnds.length === 0 ? savepoint : { ...savepoint, partitionEnds };
  const era = { number, beganMs, firstSequence, savepoint: ended, types };
  return firstSequencesBefore.length === 0 ? era : { ...era, firstSequencesBefore };
}
