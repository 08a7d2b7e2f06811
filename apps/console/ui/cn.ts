/**
 * Joins class names; the last of two that conflict wins. Used by every primitive so that a caller can override one utility.
 */
import { clsx, type ClassValue } from "clsx";
import { twMerge } from "tailwind-merge";

export function cn(...parts: ClassValue[]): string {
  return twMerge(clsx(parts));
}
