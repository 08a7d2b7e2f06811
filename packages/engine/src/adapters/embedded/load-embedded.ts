/** loadEmbedded: loads embedded functions once, aside, to say whether they can be used; the thread ends at once. For checks of modules. */
import type { EmbeddedPlacement } from "@signalbox/runtime/model/endpoint-spec";
import type { LoadedEmbedded } from "@signalbox/runtime";
import { EmbeddedWorker } from "./embedded-worker.ts";

export async function loadEmbedded(placement: EmbeddedPlacement): Promise<LoadedEmbedded> {
  const worker = new EmbeddedWorker(placement);
  const loaded = await worker.loaded;
  await worker.close();
  return "code" in loaded ? { kind: "refused", problem: loaded } : { kind: "ok", ...loaded };
}
