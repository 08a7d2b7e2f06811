/**
 * Tabs: a few views of one thing. The selected one belongs in the URL, so the value is always controlled.
 */
import { Tabs as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "./cn.ts";

export interface Tab<Value extends string> {
  value: Value;
  label: ReactNode;
  count?: number | undefined;
  content: ReactNode;
}

export interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  tabs: readonly Tab<Value>[];
  onChange: (value: Value) => void;
  className?: string;
  end?: ReactNode;
  /** The list keeps the page's side margin; the content reaches the edges. */
  inset?: boolean;
}

export function Tabs<Value extends string>({
  label,
  value,
  tabs,
  onChange,
  className,
  end,
  inset = false,
}: TabsProps<Value>): ReactElement {
  return (
    <Radix.Root
      value={value}
      onValueChange={(next) => {
        const chosen = tabs.find((tab) => tab.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className={cn("flex min-h-0 flex-col", className)}
    >
      <div className={cn("flex items-center justify-between gap-2 border-b border-line", inset && "px-4")}>
        <Radix.List aria-label={label} className="flex gap-4 overflow-x-auto">
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.value}
              value={tab.value}
              className="-mb-px flex h-8 items-center gap-1.5 border-b-2 border-transparent text-[13px] whitespace-nowrap text-quiet hover:text-text focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-message data-[state=active]:border-message data-[state=active]:text-text"
            >
              {tab.label}
              {tab.count === undefined ? null : <span className="font-mono text-[11px] text-quiet">{tab.count}</span>}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {end}
      </div>
      {tabs.map((tab) => (
        <Radix.Content
          key={tab.value}
          value={tab.value}
          className="min-h-0 flex-1 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-message"
        >
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
