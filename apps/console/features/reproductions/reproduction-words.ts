/** What is said of a search: how far it is, how it ended, and what that means. Pure. */
import { counted, grouped } from "../../format/numbers.ts";
import type { ReproductionRow } from "../../trpc/views.ts";

export interface ReproductionWords {
  readonly title: string;
  readonly meaning: string;
  readonly tone: "clear" | "caution" | "danger" | "message";
}

export function reproductionWords(row: ReproductionRow): ReproductionWords {
  const { state, messages, considered, tries } = row;
  const left = counted(messages.length, "message", "messages");
  const [does, notSo] = row.until === null ? ["fail", "it does not fail so"] : [`come to ${row.until}`, `it does not come to ${row.until}`];
  switch (state) {
    case "running":
      return {
        tone: "message",
        title: `Searching: ${left} of ${grouped(considered)} left`,
        meaning: "Each try is a fork in memory; nothing of it reaches anybody.",
      };
    case "found":
      return {
        tone: "clear",
        title: `${left} of ${grouped(considered)} ${messages.length === 1 ? "makes" : "make"} it ${does}`,
        meaning: `None of them can be left out: without any one ${notSo}.`,
      };
    case "bounded":
      return {
        tone: "caution",
        title: `${left} of ${grouped(considered)} make it ${does}, perhaps fewer`,
        meaning: `${boundWords[row.bound ?? "time"]} Allow more and search again.`,
      };
    case "not-reproduced":
      return {
        tone: "caution",
        title: `Not reproduced in ${counted(tries, "try", "tries")}`,
        meaning: `Told one by one, ${notSo}. It may have needed several in one call, something outside, an older message, or a function that has been mended since.`,
      };
    case "unstable":
      return {
        tone: "caution",
        title: `The same messages ${row.until === null ? "fail" : `make it ${does}`} only at times, in ${counted(tries, "try", "tries")}`,
        meaning:
          "The function depends on something beside its messages and state: the time, chance, what it remembers, or what it asks others.",
      };
    case "endpoint-away":
      return {
        tone: "danger",
        title: "The endpoint is away",
        meaning: "Nothing was learned of the messages. Search again when it answers.",
      };
    case "cancelled":
      return {
        tone: "message",
        title: `Cancelled: ${left} of ${grouped(considered)} left`,
        meaning: `These make it ${does} as far as it was tried; fewer may do.`,
      };
  }
}

const boundWords: Readonly<Record<NonNullable<ReproductionRow["bound"]>, string>> = {
  calls: "As many calls were made as it might make.",
  bytes: "As many bytes were sent as it might send.",
  time: "Its time was over.",
};

/** Whether its messages are known to fail. */
export function isOfUse({ state, tries }: ReproductionRow): boolean {
  return state === "found" || ((state === "bounded" || state === "cancelled") && tries > 2);
}
