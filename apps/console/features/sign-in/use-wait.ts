/** useWait: seconds until something is possible again, counted down. */
"use client";
import { useEffect, useState } from "react";

export function useWait(): readonly [seconds: number, wait: (seconds: number) => void] {
  const [untilMs, setUntilMs] = useState(0);
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const count = (): void => setLeft(Math.max(0, Math.ceil((untilMs - Date.now()) / 1_000)));
    count();
    const timer = setInterval(count, 250);
    return () => clearInterval(timer);
  }, [untilMs]);
  return [left, (seconds) => setUntilMs(Date.now() + seconds * 1_000)];
}
