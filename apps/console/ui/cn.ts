/**
 * Joins class names; the last of two that conflict wins. Every primitive uses it, so that a caller can override one utility.
 */
import { clsx, type ClassValue } from "clsx";
import { twMerge } from "tailwind-merge";

export function cn(...parts: ClassValue[]): string {
  return twMerge(clsx(parts));
}
