/**
 * Segmented: two to five choices side by side, one on. A radio group to assistive technology.
 */
import { ToggleGroup } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn.ts";

export interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: ReactNode; disabled?: boolean; className?: string }[];
  onChange: (value: Value) => void;
  small?: boolean;
}

export function Segmented<Value extends string>({ label, value, options, onChange, small = false }: SegmentedProps<Value>): ReactElement {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className={cn("inline-flex w-fit rounded border border-line bg-ground p-0.5", small ? "h-6 in-data-head:h-8" : "h-8")}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          disabled={option.disabled === true}
          className={cn(
            "rounded-[3px] px-2 text-quiet hover:text-text focus-visible:outline-2 focus-visible:outline-message data-[state=on]:bg-selected data-[state=on]:text-text disabled:cursor-not-allowed disabled:opacity-60",
            small ? "text-[11px] in-data-head:text-[12px]" : "text-[12px]",
            option.className,
          )}
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
