/**
 * WorkerObserver: an observer inside a partition's thread, made there from a module that the gateway names. It hears every event, and sends
 * a digest as plain data to the gateway's thread.
 */
import type { CreateThreadObserver, IsHome, ThreadObserver } from "@signalbox/runtime";
import type { EngineEvent } from "@signalbox/runtime/model/engine-event";
import { homeOf } from "../model/partition-place.ts";
import type { FramePort } from "./frame-port.ts";
import { part, writePlain } from "./frame.ts";
import type { PartitionTask } from "./partition-task.ts";

export const note = { report: 1, observed: 2, stopped: 3, told: 4, egressDurable: 5 } as const;

const silent: ThreadObserver = { on: () => undefined, told: () => undefined, end: () => undefined };

export async function openWorkerObserver({ observer, place }: PartitionTask, port: FramePort): Promise<ThreadObserver> {
  const isHome: IsHome = (id) => homeOf(id, place.count) === place.index;
  const made =
    observer === undefined ? silent : (await loadObserver(observer))((digest) => sendNote(port, note.observed, digest), isHome, place);
  return {
    on(event: EngineEvent) {
      if (event.kind === "stopped") sendNote(port, note.stopped, event);
      made.on(event);
    },
    told: (message) => made.told(message),
    end: () => made.end(),
  };
}

export function sendNote(port: FramePort, kind: number, value: unknown): void {
  port.write((writer) => {
    writer.byte(part.note);
    writer.byte(kind);
    writePlain(writer, value);
  });
}

async function loadObserver(module: string): Promise<CreateThreadObserver> {
  const loaded = (await import(module)) as { createObserver?: CreateThreadObserver };
  if (typeof loaded.createObserver !== "function") throw new Error(`${module} exports no createObserver`);
  return loaded.createObserver;
}
