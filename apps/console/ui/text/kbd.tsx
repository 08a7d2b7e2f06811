/**
 * Kbd: a key as it is written on the keyboard.
 */
import type { ReactElement, ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }): ReactElement {
  return <kbd className="rounded-[3px] border border-line bg-raised px-1 font-mono text-[11px] text-quiet">{children}</kbd>;
}
