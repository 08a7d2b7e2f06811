/**
 * Marks: short texts that the framework keeps in the engine, each as the position of a producer of its own. So they are durable when
 * written, are in savepoints, and need no table. This file also moves the positions of ingresses for a person.
 */
import type { Engine } from "@signalbox/runtime";
import { ingressProducerPrefix, producerOf } from "./position.ts";

export type MarksEngine = Pick<Engine, "acceptBatch" | "producerPosition">;

/** No ingress has such a producer name, because the id of an ingress has a slash before the first blank. */
export function markProducer(name: string): string {
  return `${ingressProducerPrefix}${name}`;
}

/** Durable when it resolves. Rejects with SEQUENCE_GAP when another write came in between. */
export async function writeMark(engine: MarksEngine, producer: string, text: string): Promise<void> {
  const previousSequence = (await engine.producerPosition(producer))?.sequence ?? 0;
  await engine.acceptBatch({ producer, previousSequence, messages: [], position: { sequence: previousSequence + 1, text } });
}

/** Moves the position of an ingress, which must be closed. */
export function movePosition(engine: MarksEngine, of: { readonly id: string; readonly part: string }, position: string): Promise<void> {
  return writeMark(engine, producerOf(of.id, of.part), position);
}

type Stoppable = { readonly direction: string; readonly id: string };

const stopProducer = ({ direction, id }: Stoppable): string => markProducer(`stop ${direction} ${id}`);

/** Whether a person stopped it. */
export async function isStopped(engine: MarksEngine, of: Stoppable): Promise<boolean> {
  return (await engine.producerPosition(stopProducer(of)))?.text === "stopped";
}

export async function markStopped(engine: MarksEngine, of: Stoppable, stopped: boolean): Promise<void> {
  if ((await isStopped(engine, of)) !== stopped) await writeMark(engine, stopProducer(of), stopped ? "stopped" : "started");
}
