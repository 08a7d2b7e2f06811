/**
 * Combobox: free text with suggestions below it (type names, value types). Whatever is typed counts; a suggestion only saves typing. Keys:
 * arrows move, Enter takes the highlighted one, Escape closes.
 */
import { useId, useState, type KeyboardEvent, type ReactElement } from "react";
import { cn } from "../cn.ts";
import { Input, type InputProps } from "./field.tsx";
import { movedThrough } from "./moved-through.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";

const SHOWN_MAX = 50;

export interface Suggestion {
  value: string;
  detail?: string | undefined;
}

export interface ComboboxProps extends Omit<InputProps, "value" | "onChange"> {
  value: string;
  suggestions: readonly Suggestion[];
  onChange: (value: string) => void;
  /** Called when a suggestion was taken or Enter was pressed. */
  onCommit?: (value: string) => void;
}

export function Combobox({ value, suggestions, onChange, onCommit, className, ...rest }: ComboboxProps): ReactElement {
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const exact = suggestions.some((suggestion) => suggestion.value === value);
  const shown = suggestions
    .filter((suggestion) => exact || suggestion.value.toLowerCase().includes(value.toLowerCase()))
    .slice(0, SHOWN_MAX);
  const visible = open && shown.length > 0;

  function take(next: string): void {
    onChange(next);
    onCommit?.(next);
    setOpen(false);
    setAt(-1);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const down = event.key === "ArrowDown";
      setAt((before) => movedThrough(shown.length, { from: before, down }));
    } else if (event.key === "Enter") {
      const chosen = visible ? shown[at] : undefined;
      if (chosen !== undefined) event.preventDefault();
      take(chosen?.value ?? value);
    } else if (event.key === "Escape" && visible) {
      event.stopPropagation();
      setOpen(false);
    }
  }

  return (
    <div className={cn("relative", className)}>
      <Input
        {...rest}
        value={value}
        role="combobox"
        aria-expanded={visible}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={visible && at >= 0 ? `${listId}-${at}` : undefined}
        onChange={(event) => {
          onChange(event.target.value);
          setOpen(true);
          setAt(-1);
        }}
        onFocus={(event) => {
          setOpen(true);
          event.target.select();
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <SuggestionList id={listId} list={visible ? shown : []} at={at} onTake={take} />
    </div>
  );
}

interface SuggestionListProps {
  id: string;
  list: readonly Suggestion[];
  at: number;
  onTake: (value: string) => void;
}

function SuggestionList({ id, list, at, onTake }: SuggestionListProps): ReactElement {
  const words = useShellWords();
  return (
    <ul
      id={id}
      role="listbox"
      aria-label={words.suggestions}
      hidden={list.length === 0}
      className="absolute top-9 left-0 z-40 max-h-64 min-w-full overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-lg"
    >
      {list.map((suggestion, index) => (
        <li
          key={suggestion.value}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(suggestion.value);
          }}
          className={cn(
            "flex h-7 cursor-default items-center justify-between gap-4 rounded px-2 font-mono text-[12px] whitespace-nowrap text-text",
            index === at ? "bg-selected" : "hover:bg-hover",
          )}
        >
          {suggestion.value}
          {suggestion.detail === undefined ? null : <span className="font-sans text-[11px] text-quiet">{suggestion.detail}</span>}
        </li>
      ))}
    </ul>
  );
}
