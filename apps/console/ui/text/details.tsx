/** Details: names and values of one thing, aligned, for inspectors. */
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn.ts";

export function Details({ rows, className }: { rows: readonly (readonly [string, ReactNode] | null)[]; className?: string }): ReactElement {
  return (
    <dl className={cn("grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 text-[12px] leading-5", className)}>
      {rows.map((row) =>
        row === null ? null : (
          <div key={row[0]} className="contents">
            <dt className="text-quiet">{row[0]}</dt>
            <dd className="min-w-0 font-mono break-words text-text">{row[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** A small heading over a part of an inspector or a form. */
export function PartTitle({ children, end, id }: { children: ReactNode; end?: ReactNode; id?: string }): ReactElement {
  return (
    <div className="flex min-h-6 items-center justify-between gap-2">
      <h2 id={id} className="text-[13px] font-semibold text-text">
        {children}
      </h2>
      {end}
    </div>
  );
}
