/** useProvider: the identity provider that this gateway has, by its name; null while it is not known, and where there is none. */
"use client";
import { useEffect, useState } from "react";
import * as z from "zod/mini";
import { urlOf } from "../../shell/base-path.ts";

const answerShape = z.object({ provider: z.nullable(z.string()) });

export function useProvider(): string | null {
  const [provider, setProvider] = useState<string | null>(null);
  useEffect(() => {
    const end = new AbortController();
    // Without an answer the password is still there to sign in by.
    fetch(urlOf("/v1/me"), { signal: end.signal })
      .then(async (answer) => setProvider(answerShape.parse(await answer.json()).provider))
      .catch(() => undefined);
    return () => end.abort();
  }, []);
  return provider;
}
