/**
 * useFocusReturn: when what floats closes, the focus is where it was before. Radix returns it to a trigger inside of its own root; ours are
 * opened from anywhere (a row, a key, a menu), so the element is kept here. One that is gone by then leaves the focus to the work area.
 */
import { useInsertionEffect, useRef } from "react";

export interface FocusReturn {
  onCloseAutoFocus: (event: Event) => void;
}

export function useFocusReturn(open: boolean): FocusReturn {
  const before = useRef<HTMLElement | null>(null);
  // Before what floats is in the page: a field with autoFocus takes the focus in the same commit, and would be taken for what had it.
  useInsertionEffect(() => {
    if (open) before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  }, [open]);
  return {
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      const target = before.current?.isConnected === true ? before.current : document.getElementById("work");
      target?.focus({ preventScroll: true });
    },
  };
}
