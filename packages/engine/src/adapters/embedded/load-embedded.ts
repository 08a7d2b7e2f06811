/** loadEmbedded: loads embedded functions once, aside, to say whether they can be used; the thread ends at once. For checks of modules. */
import type { EmbeddedPlacement } from "../../model/endpoint-spec.ts";
import type { EmbeddedProblem } from "./embedded-frames.ts";
import { EmbeddedWorker } from "./embedded-worker.ts";

export type { EmbeddedProblem } from "./embedded-frames.ts";

export type LoadedEmbedded =
  | { readonly kind: "ok"; readonly types: readonly string[] }
  | { readonly kind: "refused"; readonly problem: EmbeddedProblem };

export async function loadEmbedded(placement: EmbeddedPlacement): Promise<LoadedEmbedded> {
  const worker = new EmbeddedWorker(placement);
  const loaded = await worker.loaded;
  await worker.close();
  return "code" in loaded ? { kind: "refused", problem: loaded } : { kind: "ok", types: loaded };
}
