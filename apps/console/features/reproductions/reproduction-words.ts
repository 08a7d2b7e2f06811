/**
 * Texts about a search: how far it is, how it ended, and what that means. Pure.
 */
import type { ReproductionRow } from "../../trpc/views.ts";
import type { ReproductionWords } from "../../words/reproduction/en.ts";

export interface SearchWords {
  readonly title: string;
  readonly meaning: string;
  readonly tone: "clear" | "caution" | "danger" | "message";
}

export function reproductionWords(row: ReproductionRow, words: ReproductionWords["outcome"]): SearchWords {
  const { state, considered, tries, until, bound } = row;
  const left = row.messages.length;
  const does = until === null ? words.fail : words.comeTo(until);
  const notSo = until === null ? words.notFail : words.notComeTo(until);
  switch (state) {
    case "running":
      return { tone: "message", title: words.running(left, considered), meaning: words.runningMeans };
    case "found":
      return { tone: "clear", title: words.found(left, considered, does), meaning: words.foundMeans(notSo) };
    case "bounded":
      return { tone: "caution", title: words.bounded(left, considered, does), meaning: words.boundedMeans(words.bounds[bound ?? "time"]) };
    case "not-reproduced":
      return { tone: "caution", title: words.notReproduced(tries), meaning: words.notReproducedMeans(notSo) };
    case "unstable":
      return { tone: "caution", title: words.unstable(until === null ? null : does, tries), meaning: words.unstableMeans };
    case "endpoint-away":
      return { tone: "danger", title: words.away, meaning: words.awayMeans };
    case "cancelled":
      return { tone: "message", title: words.cancelled(left, considered), meaning: words.cancelledMeans(does) };
  }
}

/** Whether its messages are known to fail. */
export function isOfUse({ state, tries }: ReproductionRow): boolean {
  return state === "found" || ((state === "bounded" || state === "cancelled") && tries > 2);
}
