/**
 * Texts for the rights and states of people and tokens.
 */
import { grantsText } from "../../identity/grants-text.ts";
import type { TokenRow } from "../../trpc/views.ts";
import type { Tone } from "../../ui/feedback/status-word.tsx";
import type { MayWords } from "../../words/may/en.ts";
import type { PeopleWords } from "../../words/people/en.ts";

export function mayText({ grants, ingress }: Pick<TokenRow, "grants" | "ingress">, words: PeopleWords["token"], may: MayWords): string {
  return ingress === null ? grantsText(grants, may) : words.sendThrough(ingress);
}

export const tokenTones: Readonly<Record<TokenRow["state"], Tone>> = {
  good: "clear",
  "ends-soon": "caution",
  expired: "quiet",
  revoked: "quiet",
};

/** Makes "Firefox, Linux" of a browser's own description; an unknown one is shown unchanged, cut. */
export function agentText(agent: string, unknown: string): string {
  const browser = [
    ["Firefox/", "Firefox"],
    ["Edg/", "Edge"],
    ["Chrome/", "Chrome"],
    ["Safari/", "Safari"],
  ].find(([sign = ""]) => agent.includes(sign))?.[1];
  if (browser === undefined) return agent === "" ? unknown : agent.slice(0, 40);
  const system = ["Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux"].find((sign) => agent.includes(sign));
  return system === undefined ? browser : `${browser}, ${system}`;
}
