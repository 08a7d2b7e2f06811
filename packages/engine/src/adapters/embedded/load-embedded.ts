/**
 * loadEmbedded: loads embedded functions once, aside, to say whether they can be used; the thread ends at once. For checks of modules.
 * What it read is kept in the result, for the threads that will run it.
 */
import type { EmbeddedPlacement } from "@signalbox/runtime/model/endpoint-spec";
import type { LoadedEmbedded } from "@signalbox/runtime";
import { EmbeddedWorker } from "./embedded-worker.ts";

export async function loadEmbedded(placement: EmbeddedPlacement): Promise<LoadedEmbedded> {
  const worker = new EmbeddedWorker(placement, { keeps: true });
  const loaded = await worker.loaded;
  await worker.close();
  return "code" in loaded ? { kind: "refused", problem: loaded } : { kind: "ok", ...loaded };
}
