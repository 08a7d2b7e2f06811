/**
 * How queries behave everywhere: the live stream says when something changed (live/invalidate.ts), so there is no
 * polling and no refetch on focus; a failed query is tried twice more and then shown as an error, never as "nothing".
 */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { problemOf } from "../ui/feedback/problem.ts";
import { leadToLogin } from "./lead-to-login.ts";

function isOver(error: unknown): void {
  if (problemOf(error).code === "UNAUTHENTICATED") leadToLogin();
}

const ATTEMPTS_MAX = 2;
const RETRY_DELAY_MS_MAX = 4_000;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: isOver }),
    mutationCache: new MutationCache({ onError: isOver }),
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
}
