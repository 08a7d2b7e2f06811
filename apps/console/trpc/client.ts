/**
 * The one tRPC client of a tab. Queries and mutations are batched over HTTP; subscriptions go over SSE, and only
 * live/ opens one (a browser gives a host six connections). The router's type comes from the gateway, types only.
 */
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import type { AppRouter } from "@signalbox/gateway/api";

/** Longest request line that stays below common servers' limits. */
const URL_LENGTH_MAX = 6_000;

export function createClient() {
  const url = "/trpc";
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url }),
        false: httpBatchLink({ url, maxURLLength: URL_LENGTH_MAX, maxItems: 20 }),
      }),
    ],
  });
}

export type Client = ReturnType<typeof createClient>;
