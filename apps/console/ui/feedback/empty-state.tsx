/** EmptyState: says what will be here and the one thing to do next. */
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn.ts";

export function EmptyState({
  title,
  children,
  action,
  className,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}): ReactElement {
  return (
    <div className={cn("flex flex-col items-start gap-2 px-4 py-8", className)}>
      <h2 className="text-[15px] font-semibold text-text">{title}</h2>
      {children === undefined ? null : <div className="max-w-[60ch] text-[13px] leading-5 text-quiet">{children}</div>}
      {action === undefined ? null : <div className="mt-2 flex flex-wrap gap-2">{action}</div>}
    </div>
  );
}
