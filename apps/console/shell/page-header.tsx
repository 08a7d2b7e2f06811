/**
 * A page's first line: its name, a note about what is shown, and its controls at the right.
 */
import type { ReactNode } from "react";

export function PageHeader({ title, note, actions }: { title: ReactNode; note?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex min-h-[52px] shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-ground px-4 py-2">
      <h1 className="text-[15px] font-semibold">{title}</h1>
      {note === undefined ? null : <div className="min-w-0 text-[12px] text-quiet">{note}</div>}
      {actions === undefined ? null : (
        <div data-head className="ml-auto flex flex-wrap items-center gap-2">
          {actions}
        </div>
      )}
    </div>
  );
}

/** The body of a page that scrolls as a whole below its header. */
export function PageBody({ children, className = "" }: { children: ReactNode; className?: string }) {
  return (
    <div className={`min-h-0 flex-1 overflow-auto ${className}`} tabIndex={-1}>
      {children}
    </div>
  );
}
