/** How far a filtered list was looked through, in words. */
import type { LookedView } from "../trpc/views.ts";
import type { FilterWords } from "../words/filter/en.ts";

export function lookedSentence(pages: readonly { readonly looked: LookedView }[], words: FilterWords): string {
  const rows = pages.reduce((sum, { looked }) => sum + looked.rows, 0);
  const unclear = pages.reduce((sum, { looked }) => sum + looked.unclear, 0);
  const why = pages.find(({ looked }) => looked.unclearWhy !== null)?.looked.unclearWhy ?? "";
  const looked = words.looked(rows);
  return unclear === 0 ? looked : `${looked} ${words.unclear(unclear, why)}`;
}
