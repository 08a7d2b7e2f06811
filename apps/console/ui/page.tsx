/**
 * Page: what each place has in common inside the work area: one heading with its line of context, its actions, then the content,
 * with a side panel where something is selected (a sheet where the room is narrow).
 */
"use client";
import { X } from "lucide-react";
import { useEffect, useRef, type ReactElement, type ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { cn } from "./cn.ts";

export interface PageProps {
  title: ReactNode;
  /** A few words after the title. */
  meta?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  side?: ReactNode;
}

export function Page({ title, meta, actions, children, side }: PageProps): ReactElement {
  return (
    <div className="flex h-full min-h-0 min-w-0 bg-ground">
      <div className="flex h-full min-h-0 min-w-0 flex-1 flex-col">
        <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2">
          <h1 className="min-w-0 truncate text-[15px] font-semibold text-text">{title}</h1>
          {meta === undefined ? null : <div className="flex min-w-0 flex-wrap items-center gap-x-3 text-[12px] text-quiet">{meta}</div>}
          {actions === undefined ? null : <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
        <div className="flex min-h-0 flex-1 flex-col overflow-auto">{children}</div>
      </div>
      {side}
    </div>
  );
}

export interface SidePanelProps {
  label: string;
  title: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
  className?: string;
}

export function SidePanel({ label, title, actions, onClose, children, className }: SidePanelProps): ReactElement {
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key === "Escape" && !event.defaultPrevented && document.querySelector('[role="dialog"],[role="listbox"]:not([hidden])') === null) close.current();
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <aside
      aria-label={label}
      className={cn(
        "flex h-full w-[370px] shrink-0 flex-col border-l border-line bg-panel",
        "max-[900px]:fixed max-[900px]:inset-x-0 max-[900px]:bottom-14 max-[900px]:z-30 max-[900px]:h-[62dvh] max-[900px]:w-auto max-[900px]:border-t max-[900px]:border-l-0 max-[900px]:shadow-lg",
        className,
      )}
    >
      <header className="flex min-h-12 items-center gap-2 border-b border-line px-3.5 py-2">
        <div className="min-w-0 flex-1 truncate text-[13px] font-semibold text-text">{title}</div>
        {actions}
        <IconButton size="small" label="Close panel" onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-3.5 py-3">{children}</div>
    </aside>
  );
}
