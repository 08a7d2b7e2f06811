/**
 * useFlash: lights the element up once when `signature` changes after it was first shown; not for people who asked for less motion.
 */
"use client";
import { useEffect, useRef, type RefObject } from "react";

const FLASH_MS = 900;

export function useFlash<Target extends HTMLElement>(signature: string): RefObject<Target | null> {
  const target = useRef<Target>(null);
  const seen = useRef(signature);
  useEffect(() => {
    if (seen.current === signature) return;
    seen.current = signature;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    target.current?.animate([{ backgroundColor: "var(--message-soft)" }, {}], { duration: FLASH_MS, easing: "ease-out" });
  }, [signature]);
  return target;
}
