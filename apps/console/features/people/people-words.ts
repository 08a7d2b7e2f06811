/** How the rights and states of people and tokens read. */
import { grantsText } from "../../identity/grants-text.ts";
import type { TokenRow } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";

export function mayText({ grants, ingress }: Pick<TokenRow, "grants" | "ingress">): string {
  return ingress === null ? grantsText(grants) : `send through ${ingress}, nothing else`;
}

export const tokenStateWords: Readonly<Record<TokenRow["state"], { readonly tone: Tone; readonly word: string }>> = {
  good: { tone: "clear", word: "good" },
  "ends-soon": { tone: "caution", word: "ends soon" },
  expired: { tone: "quiet", word: "expired" },
  revoked: { tone: "quiet", word: "revoked" },
};

/** "Firefox, Linux" of what a browser says of itself; what is no known browser is shown as it is, cut. */
export function agentText(agent: string): string {
  const browser = [
    ["Firefox/", "Firefox"],
    ["Edg/", "Edge"],
    ["Chrome/", "Chrome"],
    ["Safari/", "Safari"],
  ].find(([sign = ""]) => agent.includes(sign))?.[1];
  if (browser === undefined) return agent === "" ? "unknown" : agent.slice(0, 40);
  const system = ["Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux"].find((sign) => agent.includes(sign));
  return system === undefined ? browser : `${browser}, ${system}`;
}
