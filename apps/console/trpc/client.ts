/**
 * The one tRPC client of a tab, for queries and mutations, batched over HTTP; each gives up after its time. The live stream is read by
 * live/live-hub.ts, once for all tabs, because a browser gives a host six connections.
 */
import { createTRPCClient, httpBatchLink, splitLink } from "@trpc/client";
import type { AppRouter } from "@signalbox/gateway/contract";
import { urlOf } from "../shell/base-path.ts";
import { MUTATION_MS_MAX, QUERY_MS_MAX, timedFetch } from "./timed-fetch.ts";

/** Longest request line that stays below common servers' limits. */
const URL_LENGTH_MAX = 6_000;

/**
 * `context: { unmask: reason }` asks for what masks hide; such a call is never in a batch with others. Nor is one with `context: alone`,
 * which may take long: a batch is answered when its last call is, and the first page of a list would wait for the count beside it.
 */
export const alone = { alone: true } as const;

export function createClient() {
  const url = urlOf("/trpc");
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ context }) => typeof context["unmask"] === "string" || context["alone"] === true,
        true: httpBatchLink({
          url,
          maxItems: 1,
          headers: ({ opList: [{ context }] }) =>
            typeof context["unmask"] === "string" ? { "signalbox-unmask": encodeURIComponent(context["unmask"]) } : {},
          fetch: timedFetch(QUERY_MS_MAX),
        }),
        false: rest(url),
      }),
    ],
  });
}

function rest(url: string) {
  return splitLink<AppRouter>({
    condition: (operation) => operation.type === "mutation",
    true: httpBatchLink({ url, maxItems: 1, fetch: timedFetch(MUTATION_MS_MAX) }),
    false: httpBatchLink({ url, maxURLLength: URL_LENGTH_MAX, maxItems: 20, fetch: timedFetch(QUERY_MS_MAX) }),
  });
}
