/**
 * useDebounced: the value as it was when it last stayed the same for `delayMs`.
 */
"use client";
import { useEffect, useState } from "react";

export function useDebounced<Value>(value: Value, delayMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled;
}
