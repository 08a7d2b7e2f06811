/**
 * EngineReader: what an engine reads over its partitions: one method for each entry of engine-reads.ts, which says who is asked and how the
 * answers become one. embedded-engine.ts adds what changes something.
 */
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { homeOf } from "../../model/partition-place.ts";
import type { Partition } from "../../partition.ts";
import { engineReads, readNamed, type EngineReads } from "./engine-reads.ts";
import { mergeRecords } from "./merged-pages.ts";

abstract class DerivedReader {
  /** Those in force, by place. */
  protected abstract readonly partitions: readonly Partition[];
}

for (const name of Object.keys(engineReads)) {
  Object.defineProperty(DerivedReader.prototype, name, {
    value(this: { readonly partitions: readonly Partition[] }, ...given: unknown[]) {
      return answerInForce(() => this.partitions, name, given);
    },
    writable: true,
    configurable: true,
  });
}

/** The class with the methods that the loop above gives it. */
export const EngineReader = DerivedReader as abstract new () => DerivedReader & EngineReads;

/** Where everything about this name is. */
export function homeAmong(partitions: readonly Partition[], name: string): Partition {
  const partition = partitions[homeOf(name, partitions.length)];
  if (partition === undefined) throw new EngineError("ENGINE_STOPPED", "the engine is not open", "Send again once it is.");
  return partition;
}

/** Stores that a restore or an erasure has replaced are closed while somebody still reads them: those in force are asked then. */
function answerInForce(inForce: () => readonly Partition[], name: string, given: readonly unknown[]): Promise<unknown> {
  const partitions = inForce();
  return answer(partitions, name, given).catch((error: unknown) => {
    if (inForce() === partitions) throw error;
    return answerInForce(inForce, name, given);
  });
}

async function answer(partitions: readonly Partition[], name: string, given: readonly unknown[]): Promise<unknown> {
  const read = readNamed(name);
  switch (read.kind) {
    case "home":
    case "stored":
      return homeAmong(partitions, read.home(...given)).read(name, given);
    case "all":
    case "stored-in-all":
      return read.merge(await Promise.all(partitions.map((partition) => partition.read(name, given))), ...given);
    case "records":
      // With one partition only the answer crosses to this thread, and not every record that was read for it.
      if (partitions.length === 1) return homeAmong(partitions, "").read(name, given);
      return read.over(mergeRecords(partitions), ...given);
  }
}
