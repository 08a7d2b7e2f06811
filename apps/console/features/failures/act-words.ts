/**
 * The texts of an act on many entities and its progress, and which act an entry of the audit began. Neighbours: bulk-acts.tsx,
 * bulk-act-page.tsx.
 */
import type { BulkActDetail, BulkActRow } from "../../trpc/views.ts";
import type { BulkActWords } from "../../words/bulk-act/en.ts";

export function actHref(id: string): string {
  return `/failures/acts/${encodeURIComponent(id)}`;
}

/**
 * Returns the id of the act that an entry of the audit began, which is at the end of what the audit keeps; undefined when it began none.
 */
export function actBegunBy(after: string | null): string | undefined {
  return /, act ([0-9a-f-]{36})$/.exec(after ?? "")?.[1];
}

export function stateWord({ state, stopped }: Pick<BulkActRow, "state" | "stopped">, words: BulkActWords): string {
  return words.state[state === "cancelled" && stopped !== null ? "stopped" : state];
}

/** Returns the act's name, and what it does. */
export function actTitle({ name, action, where }: Pick<BulkActRow, "name" | "action" | "where">, words: BulkActWords): string {
  const does = words.title[action](where);
  return name === "" ? does : `${name}: ${does}`;
}

/** Finds the acts whose name, type or action has all these words, in any case. */
export function actsNamed<Act extends Pick<BulkActRow, "name" | "action" | "where" | "by">>(acts: readonly Act[], text: string): Act[] {
  const wanted = text.toLowerCase().split(/\s+/);
  return acts.filter(({ name, action, where, by }) => {
    const said = [name, action, where, by].join(" ").toLowerCase();
    return wanted.every((word) => said.includes(word));
  });
}

/** Says what came of it so far. */
export function outcomeWords({ state, action, acted, failedAgain, refused }: BulkActRow, words: BulkActWords): string {
  const again = failedAgain > 0 ? words.again(failedAgain) : action === "retry" && state === "done" ? words.noneAgain : null;
  const otherwise = refused > 0 ? words.otherwise(refused) : null;
  return [words.acted(acted), again, otherwise].filter((part) => part !== null).join(", ");
}

type Outcome = BulkActDetail["outcomes"][number]["outcome"];

/** The tones of outcomes; each is used beside a word, never alone. */
export const outcomeTones = { acted: "clear", "failed-again": "danger", refused: "quiet" } as const satisfies Record<Outcome, string>;
