/**
 * useProvider: the name of this gateway's identity provider; null while it is not known, and when there is none.
 */
"use client";
import { useEffect, useState } from "react";
import * as z from "zod/mini";
import { urlOf } from "../../shell/base-path.ts";

const answerShape = z.object({ provider: z.nullable(z.string()) });

export function useProvider(): string | null {
  const [provider, setProvider] = useState<string | null>(null);
  useEffect(() => {
    const end = new AbortController();
    // Without an answer, people can still sign in with the password.
    fetch(urlOf("/v1/me"), { signal: end.signal })
      .then(async (answer) => setProvider(answerShape.parse(await answer.json()).provider))
      .catch(() => undefined);
    return () => end.abort();
  }, []);
  return provider;
}
