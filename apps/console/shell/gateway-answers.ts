/** Whether the gateway answers at all, and a wait until it does. Neighbours: navigation-guard.tsx, app/(console)/error.tsx. */
import { urlOf } from "./base-path.ts";

const RETRY_MS = 1_000;
const ANSWER_MS_MAX = 4_000;

export async function gatewayAnswers(): Promise<boolean> {
  try {
    const response = await fetch(urlOf("/health"), { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    // An unhealthy gateway answers too, and its pages say what is wrong.
    return response.status < 502 || response.headers.get("content-type")?.includes("json") === true;
  } catch {
    return false;
  }
}

/** Calls `then` once it answers; the returned function stops waiting. */
export function whenGatewayAnswers(then: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;
  const look = async (): Promise<void> => {
    const isUp = await gatewayAnswers();
    if (gone) return;
    if (isUp) then();
    else timer = setTimeout(() => void look(), RETRY_MS);
  };
  void look();
  return () => {
    gone = true;
    clearTimeout(timer);
  };
}
