/**
 * The console's texts for what an ingress or egress is doing. Pure.
 */
import { moment } from "../../format/times.ts";
import type { ConnectorRow } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";
import type { ConnectorWords } from "../../words/connector/en.ts";

const tones: Record<ConnectorRow["state"], Tone> = {
  opening: "message",
  running: "clear",
  waiting: "danger",
  "held-back": "caution",
  refused: "danger",
  stopped: "quiet",
};

type Told = Pick<ConnectorRow, "state" | "what" | "cure">;

/** Whether it works and still has a note with a cure, which somebody should see. */
function needsALook({ state, cure }: Told): boolean {
  return state === "running" && cure !== "";
}

export function toneOf(row: Told): Tone {
  return needsALook(row) ? "caution" : tones[row.state];
}

export function stateWord(row: Told, words: ConnectorWords): string {
  return words[needsALook(row) ? "needsALook" : row.state];
}

/** Whether something is wrong that somebody should know of. What a person stopped is as that person wants it. */
export function isIll(row: Told): boolean {
  return row.state === "waiting" || row.state === "refused" || row.state === "held-back" || needsALook(row);
}

/** Writes the moments of what the gateway says by the clock of this browser, as all others on the page are. */
export function timesHere(text: string): string {
  return text.replaceAll(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z\b/g, (iso) =>
    moment(Date.parse(iso)).replace(/\.\d{3}$/, ""),
  );
}

/** Makes the text a sentence of its own. One that begins with a name (`orders: the topic …`) keeps its case. */
export function sentence(text: string): string {
  const begun = /^[a-z]+ /u.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return begun === "" || /[.!?]$/u.test(begun) ? begun : `${begun}.`;
}

/** Sorts the ill ones first, the worst before the others, then by name. */
export function illFirst(rows: readonly ConnectorRow[]): ConnectorRow[] {
  const rank = (row: ConnectorRow): number => (isIll(row) ? (toneOf(row) === "danger" ? 0 : 1) : 2);
  return rows.toSorted((one, other) => rank(one) - rank(other) || one.id.localeCompare(other.id));
}
