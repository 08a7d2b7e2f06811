/**
 * How queries behave everywhere: the live stream says when something changed (live/invalidate.ts), so there is no polling and no refetch on
 * focus; a failed query is tried twice more and then shown as an error, never as "nothing".
 */
import { matchQuery, MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { problemOf } from "../ui/feedback/problem.ts";
import { leadToLogin } from "./lead-to-login.ts";

/** The query of who the person is, and which roles they hold (identity/use-me.ts). */
export const ofMe = { queryKey: [["people", "me"]] } as const;

const ATTEMPTS_MAX = 2;
const RETRY_DELAY_MS_MAX = 4_000;

export function createQueryClient(): QueryClient {
  /** What was allowed a moment ago may not be any more, so the roles are read again. */
  const onRefusal = (error: unknown): void => {
    const { code } = problemOf(error);
    if (code === "UNAUTHENTICATED") leadToLogin();
    if (code === "UNAUTHENTICATED" || code === "FORBIDDEN") void client.invalidateQueries(ofMe);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => (matchQuery(ofMe, query) ? undefined : onRefusal(error)) }),
    mutationCache: new MutationCache({ onError: onRefusal }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        networkMode: "always",
        retry: (failures, error) => problemOf(error).offline && failures < ATTEMPTS_MAX,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, RETRY_DELAY_MS_MAX),
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}
