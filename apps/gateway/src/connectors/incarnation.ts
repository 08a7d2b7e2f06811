/**
 * Incarnation: a name for the state in force, for connectors that keep sequences of records on another system. It stays the same over
 * restarts and crashes. It differs after each restore and in each data directory, because the same sequences may then mean other records.
 * It consists of an id that a store gets once (kept as the position of a producer) and the era: a savepoint carries the id, and its restore
 * begins an era.
 */
import { randomUUID } from "node:crypto";
import { CapabilityMissing, type Engine } from "@signalbox/runtime";
import { markProducer, writeMark } from "./marks.ts";

export type IncarnationEngine = Pick<Engine, "acceptBatch" | "producerPosition" | "eras">;

const producer = markProducer("incarnation");

export async function incarnationOf(engine: IncarnationEngine, newId: () => string = randomUUID): Promise<string> {
  const known = await engine.producerPosition(producer);
  const id = known?.text ?? (await firstId(engine, newId()));
  const era = eraOf(engine);
  return era === undefined ? id : `${id}-${era.number}-${era.beganMs.toString(36)}`;
}

/** Makes the id durable before anybody uses it. */
async function firstId(engine: IncarnationEngine, text: string): Promise<string> {
  await writeMark(engine, producer, text);
  return text;
}

function eraOf(engine: IncarnationEngine): { readonly number: number; readonly beganMs: number } | undefined {
  try {
    return engine.eras().at(-1);
  } catch (error) {
    // A runtime without savepoints never restores one.
    if (error instanceof CapabilityMissing) return undefined;
    throw error;
  }
}
