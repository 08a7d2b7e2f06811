/**
 * useFocusReturn: when what floats closes, the focus is where it was before. Radix returns it to a trigger inside of its own root; ours are
 * opened from anywhere (a row, a key, a menu), so the element is kept here. One that is gone by then leaves the focus to the page.
 */
import { useRef } from "react";

export interface FocusReturn {
  onOpenAutoFocus: () => void;
  onCloseAutoFocus: (event: Event) => void;
}

export function useFocusReturn(): FocusReturn {
  const before = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: () => {
      before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      if (before.current?.isConnected === true) before.current.focus({ preventScroll: true });
    },
  };
}
