/**
 * postJson: sends the requests of the pages before the login; a refusal comes with its text and how long to wait.
 */
import * as z from "zod/mini";
import type { EntranceWords } from "../../words/entrance/en.ts";
import { urlOf } from "../../shell/base-path.ts";

const refusalShape = z.object({ title: z.string(), detail: z.string(), cure: z.string() });

export type Posted = { readonly kind: "done" } | { readonly kind: "refused"; readonly text: string; readonly waitSeconds: number };

export async function postJson(path: string, body: Readonly<Record<string, string>>, words: EntranceWords): Promise<Posted> {
  try {
    const answer = await fetch(urlOf(path), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) return { kind: "done" };
    const parsed = refusalShape.safeParse(await answer.json().catch(() => undefined));
    const text = parsed.success ? `${parsed.data.detail} ${parsed.data.cure}` : words.refused(answer.status);
    return { kind: "refused", text, waitSeconds: Number(answer.headers.get("retry-after") ?? 0) };
  } catch {
    return { kind: "refused", text: words.unreachable, waitSeconds: 0 };
  }
}

/** Allows only a path of this console, because others can write the address too. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) && !next.startsWith("/login") ? next : "/";
}
