/** How far a filtered list was looked through, in words. */
import { counted, grouped } from "../format/numbers.ts";
import type { LookedView } from "../trpc/views.ts";

export function lookedSentence(pages: readonly { readonly looked: LookedView }[]): string {
  const rows = pages.reduce((sum, { looked }) => sum + looked.rows, 0);
  const unclear = pages.reduce((sum, { looked }) => sum + looked.unclear, 0);
  const why = pages.find(({ looked }) => looked.unclearWhy !== null)?.looked.unclearWhy ?? "";
  const looked = `${counted(rows, "row was", "rows were")} looked at.`;
  return unclear === 0 ? looked : `${looked} Of ${grouped(unclear)} the filter could not tell: ${why}.`;
}
