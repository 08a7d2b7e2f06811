/** The words of an act on many entities, where it stands, and which act an entry of the audit began. Neighbours: bulk-acts.tsx, bulk-act-page.tsx. */
import type { BulkActDetail, BulkActRow } from "../../trpc/views.ts";
import { counted, grouped } from "../../format/numbers.ts";

export function actHref(id: string): string {
  return `/failures/acts/${encodeURIComponent(id)}`;
}

/** What the audit keeps of the start of an act ends with its id; undefined: the entry began none. */
export function actBegunBy(after: string | null): string | undefined {
  return /, act ([0-9a-f-]{36})$/.exec(after ?? "")?.[1];
}

export function stateWord({ state, stopped }: Pick<BulkActRow, "state" | "stopped">): string {
  if (state === "running") return "Running";
  if (state === "done") return "Done";
  return stopped === null ? "Cancelled" : "Stopped";
}

const verbs = {
  retry: "Retry",
  discard: "Discard the first message",
  pause: "Pause",
  resume: "Resume",
  "clear-state": "Clear the state",
} as const satisfies Record<BulkActRow["action"], string>;

export function actTitle({ action, where }: Pick<BulkActRow, "action" | "where">): string {
  return `${verbs[action]} of ${where}`;
}

/** What came of it so far. */
export function outcomeWords({ state, action, acted, failedAgain, refused }: BulkActRow): string {
  const again =
    failedAgain > 0
      ? `${grouped(failedAgain)} of them failed again`
      : action === "retry" && state === "done"
        ? "none of them failed again"
        : null;
  const otherwise = refused > 0 ? `${grouped(refused)} stood otherwise by then and were left alone` : null;
  return [`${counted(acted, "entity was", "entities were")} acted on`, again, otherwise].filter((part) => part !== null).join(", ");
}

type Outcome = BulkActDetail["outcomes"][number]["outcome"];

/** As a status word has it: never a colour alone. */
export const outcomeFaces = {
  acted: { tone: "clear", word: "acted on" },
  "failed-again": { tone: "danger", word: "failed again" },
  refused: { tone: "quiet", word: "left alone" },
} as const satisfies Record<Outcome, { tone: string; word: string }>;
