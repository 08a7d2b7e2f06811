/**
 * useFrameKey: the key of the frame that is shown, ahead of the URL (`?hop=`). A key press takes effect at once, whether or not the page
 * was rendered and the address written by then; the address follows. It is read when the page opens, when a person goes back or forward,
 * and when it names what was never shown here; a late echo of our own writing undoes no press. Neighbour: use-film.ts.
 */
"use client";
import { parseAsString, useQueryState } from "nuqs";
import { useCallback, useEffect, useRef, useState } from "react";

const name = "hop";

export interface FrameKey {
  shown: string | null;
  /** Where the last press led, whether it was rendered or not. */
  now: () => string | null;
  go: (key: string | null, history: "push" | "replace") => void;
}

export function useFrameKey(): FrameKey {
  const [address, setAddress] = useQueryState(name, parseAsString);
  const [shown, setShown] = useState(address);
  const ahead = useRef(shown);
  /** Everything that was shown here, at most as many as the film has frames. An address among them may be an echo. */
  const known = useRef(new Set([shown]));
  const show = useCallback((key: string | null): void => {
    ahead.current = key;
    known.current.add(key);
    setShown(key);
  }, []);
  useEffect(() => {
    if (!known.current.has(address)) show(address);
  }, [address, show]);
  useEffect(() => {
    const onTravel = (): void => show(new URLSearchParams(window.location.search).get(name));
    window.addEventListener("popstate", onTravel);
    return () => window.removeEventListener("popstate", onTravel);
  }, [show]);
  const now = useCallback(() => ahead.current, []);
  const go = useCallback<FrameKey["go"]>(
    (key, history) => {
      show(key);
      void setAddress(key, { history });
    },
    [show, setAddress],
  );
  return { shown, now, go };
}
