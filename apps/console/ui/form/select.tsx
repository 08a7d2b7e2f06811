/**
 * Select: one of a known, short list, on radix. For long or open lists use a Combobox (typing filters).
 */
import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";

export interface SelectOption<Value extends string> {
  value: Value;
  label: ReactNode;
  detail?: string;
}

export interface SelectProps<Value extends string> {
  value: Value | null;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
  label?: string;
  id?: string;
  placeholder?: string;
  disabled?: boolean;
  mono?: boolean;
  className?: string;
  /** Called when its list has closed; true when it moved the focus, which is otherwise where it was. */
  afterClose?: () => boolean;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean | undefined;
}

export function Select<Value extends string>({
  value,
  options,
  onChange,
  label,
  id,
  placeholder,
  disabled,
  mono,
  className,
  afterClose,
  ...described
}: SelectProps<Value>): ReactElement {
  const words = useShellWords();
  return (
    <Radix.Root
      value={value ?? ""}
      disabled={disabled === true}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      <Radix.Trigger
        {...described}
        id={id}
        aria-label={label}
        className={cn(
          "flex h-8 w-full items-center justify-between gap-2 rounded border border-line bg-ground px-2.5 text-left text-[13px] text-text",
          "focus-visible:outline-2 focus-visible:outline-message disabled:text-quiet aria-invalid:border-danger data-[placeholder]:text-quiet",
          mono === true && "font-mono text-[12px]",
          className,
        )}
      >
        <span className="truncate">
          <Radix.Value placeholder={placeholder ?? words.choose} />
        </span>
        <Radix.Icon>
          <ChevronDown aria-hidden className="size-3.5 text-quiet" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          onCloseAutoFocus={(event) => {
            if (afterClose?.() === true) event.preventDefault();
          }}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-md border border-line bg-raised shadow-lg"
        >
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <Option key={option.value} option={option} mono={mono === true} />
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Option({ option, mono }: { option: SelectOption<string>; mono: boolean }): ReactElement {
  return (
    <Radix.Item
      value={option.value}
      className={cn(
        "flex h-7 cursor-default items-center gap-2 rounded pr-6 pl-2 text-[13px] text-text outline-none select-none data-[highlighted]:bg-selected",
        mono && "font-mono text-[12px]",
      )}
    >
      <Radix.ItemText>{option.label}</Radix.ItemText>
      {option.detail === undefined ? null : <span className="ml-auto text-[11px] text-quiet">{option.detail}</span>}
      <Radix.ItemIndicator className="absolute right-2">
        <Check aria-hidden className="size-3.5" />
      </Radix.ItemIndicator>
    </Radix.Item>
  );
}
