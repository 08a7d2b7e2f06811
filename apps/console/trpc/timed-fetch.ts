/**
 * timedFetch: a fetch that gives up. Nothing in the console waits for ever: a request without an answer in time becomes a TimeoutError
 * whose words ui/feedback/problem.ts shows with a retry. Connections that a browser holds back (six a host over HTTP/1.1) count too.
 */

import { leadToLogin } from "./lead-to-login.ts";

/** A query only reads, and a person looks at an empty place meanwhile. */
export const QUERY_MS_MAX = 15_000;
/** An action may take long (a savepoint, a restore); after this nobody knows whether it was done. */
export const MUTATION_MS_MAX = 120_000;

type Init = Omit<RequestInit, "signal"> & { signal?: AbortSignal | null | undefined };

export function timedFetch(timeoutMs: number): (url: RequestInfo | URL | string, init?: Init) => Promise<Response> {
  return async (url, init) => {
    const late = AbortSignal.timeout(timeoutMs);
    const signal = init?.signal === undefined || init.signal === null ? late : AbortSignal.any([init.signal, late]);
    try {
      const response = await fetch(url, { ...init, signal });
      // The body counts too, because headers alone are no answer.
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      if (status === 401 && new TextDecoder().decode(body).includes('"UNAUTHENTICATED"')) leadToLogin();
      return new Response(bodyless(status) ? null : body, { status, statusText, headers });
    } catch (error) {
      if (late.aborted) throw new Error(`no answer in ${timeoutMs / 1_000} s`, { cause: error });
      throw error;
    }
  };
}

function bodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
