/**
 * useFocusReturn: returns the focus when a dialog closes. Radix returns it to a trigger inside its own root; ours are opened from anywhere
 * (a row, a key, a menu), so the element is kept here. When it is gone by then, the work area gets the focus.
 */
import { useInsertionEffect, useRef } from "react";

export interface FocusReturn {
  onCloseAutoFocus: (event: Event) => void;
}

export function useFocusReturn(open: boolean): FocusReturn {
  const before = useRef<HTMLElement | null>(null);
  // This runs before the dialog is in the page: a field with autoFocus takes the focus in the same commit, and would be taken for the
  // element that had it.
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
