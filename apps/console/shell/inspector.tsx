/**
 * The inspector: what is selected, at the right of the work area (a sheet from below under 900 px). A page renders <Inspector> anywhere; it
 * appears in the shell's slot. Escape closes it; selecting never leaves the page.
 */
"use client";
import { X } from "lucide-react";
import { createContext, use, useEffect, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { IconButton } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { useShellWords } from "../words/shell/use-shell-words.ts";

export const InspectorSlot = createContext<HTMLElement | null>(null);

export interface InspectorProps {
  title: ReactNode;
  /** A line under the title: where it belongs, when it happened. */
  note?: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

export function Inspector(props: InspectorProps) {
  const slot = use(InspectorSlot);
  return slot === null ? null : createPortal(<InspectorFrame {...props} className="h-full room:w-[376px] room:border-l" />, slot);
}

/** The same frame at a place inside the page. */
export function InspectorFrame({ title, note, actions, onClose, children, className }: InspectorProps & { className?: string }) {
  const words = useShellWords();
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key === "Escape" && !typing && !event.defaultPrevented && document.querySelector("[role=dialog]") === null) onClose();
    };
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [onClose]);
  return (
    <aside data-inspector aria-label={words.inspector} className={cn("flex min-h-0 flex-col border-line bg-panel", className)}>
      <header className="flex shrink-0 items-start gap-2 border-b border-line py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1 py-0.5">
          <h2 className="truncate font-semibold">{title}</h2>
          {note === undefined ? null : <div className="text-[12px] text-quiet">{note}</div>}
        </div>
        {actions}
        <IconButton label={words.close} size="small" onClick={onClose}>
          <X aria-hidden="true" className="size-3.5" />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="region" aria-label={words.details}>
        {children}
      </div>
    </aside>
  );
}
