/**
 * The tail's filter as one line: `type:`, `id:`, `value:`, `is:`, `trace:` (exact, * for any run) and text. Applied with Enter; half-typed
 * text is never applied; a mistake is shown at its place with what would be right, and changes nothing. Suggestions come from what the engine
 * knows.
 */
"use client";
import { X } from "lucide-react";
import { useEffect, useId, useState, type KeyboardEvent } from "react";
import { everyRow, filterText, parseFilter, type ParsedFilter, type RowFilter } from "@signalbox/gateway/shared";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { IconButton } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { movedThrough } from "../../ui/form/moved-through.ts";
import { suggest } from "./suggest-filter.ts";

export interface FilterBarProps {
  /** What stands in the URL; a filter that is none stands there too. */
  text: string;
  onChange: (filter: RowFilter) => void;
  types: readonly string[];
}

const line =
  "h-8 w-full rounded border bg-panel px-3 pr-9 font-mono text-[12px] placeholder:text-quiet focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-message";

export function FilterBar({ text: applied, onChange, types }: FilterBarProps) {
  const [text, setText] = useState(applied);
  const [at, setAt] = useState(-1);
  const [focused, setFocused] = useState(false);
  const id = useId();
  useEffect(() => setText(applied), [applied]);
  useShortcut({ keys: "slash", shown: "/", label: "Filter the tail", group: "Flow" }, () => document.getElementById(id)?.focus());
  const parsed = parseFilter(text);
  const suggestions = focused ? suggest(text, types) : [];

  const apply = (next: string): void => {
    const result = parseFilter(next);
    setText(next);
    setAt(-1);
    if (result.kind === "ok") onChange(result.filter);
    else placeCaret(id, result.until);
  };
  const clear = (): void => {
    setText("");
    onChange(everyRow);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((before) => movedThrough(suggestions.length, { from: before, down: event.key === "ArrowDown" }));
    } else if (event.key === "Enter" || (event.key === "Tab" && at >= 0)) {
      event.preventDefault();
      apply(suggestions[at] ?? text);
    } else if (event.key === "Escape") {
      event.preventDefault();
      setText(applied);
      setAt(-1);
    }
  };
  return (
    <div className="relative min-w-0 flex-1 max-sm:basis-full">
      <input
        id={id}
        value={text}
        spellCheck={false}
        autoComplete="off"
        role="combobox"
        aria-label="Filter the tail"
        aria-expanded={suggestions.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        aria-invalid={parsed.kind === "error"}
        aria-describedby={`${id}-says`}
        placeholder="type:shop/cart id:order-* is:failed"
        onChange={(event) => {
          setText(event.target.value);
          setAt(-1);
        }}
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false);
          if (parsed.kind === "ok" && text !== applied) apply(text);
        }}
        onKeyDown={onKeyDown}
        className={cn(line, parsed.kind === "error" ? "border-caution" : "border-line")}
      />
      {applied === "" && text === "" ? null : <ClearButton onClear={clear} />}
      <FilterSays id={`${id}-says`} parsed={parsed} text={text} changed={text !== applied && text !== textOf(parsed)} />
      <Suggestions id={id} list={suggestions} at={at} below={parsed.kind === "error"} onTake={apply} />
    </div>
  );
}

function textOf(parsed: ParsedFilter): string {
  return parsed.kind === "ok" ? filterText(parsed.filter) : "";
}

function placeCaret(id: string, at: number): void {
  const input = document.getElementById(id);
  if (input instanceof HTMLInputElement && document.activeElement === input) input.setSelectionRange(at, at);
}

/** Under the line: the mistake, with the wrong characters marked where they stand above, or how to apply. */
function FilterSays({ id, parsed, text, changed }: { id: string; parsed: ParsedFilter; text: string; changed: boolean }) {
  const shown = parsed.kind === "error" || changed;
  return (
    <p
      id={id}
      className={
        shown
          ? "absolute top-[34px] left-0 z-30 max-w-full rounded border border-line bg-panel px-3 py-1 text-[12px] shadow-float"
          : "sr-only"
      }
    >
      {parsed.kind === "error" ? (
        <>
          <span className="block overflow-hidden font-mono whitespace-pre" aria-hidden="true">
            <span className="text-quiet">{text.slice(0, parsed.at)}</span>
            <mark className="bg-caution-soft text-caution underline decoration-wavy underline-offset-2">
              {text.slice(parsed.at, parsed.until) || " "}
            </mark>
            <span className="text-quiet">{text.slice(parsed.until)}</span>
          </span>
          <span className="text-caution">{parsed.message}</span>
        </>
      ) : changed ? (
        <span className="text-quiet">Enter applies · Esc takes back</span>
      ) : (
        "Enter applies"
      )}
    </p>
  );
}

function ClearButton({ onClear }: { onClear: () => void }) {
  return (
    <span className="absolute top-1 right-1">
      <IconButton size="small" label="Clear the filter" onClick={onClear}>
        <X aria-hidden="true" className="size-3.5" />
      </IconButton>
    </span>
  );
}

interface SuggestionsProps {
  id: string;
  list: readonly string[];
  at: number;
  /** Below the words about a mistake. */
  below: boolean;
  onTake: (suggestion: string) => void;
}

function Suggestions({ id, list, at, below, onTake }: SuggestionsProps) {
  return (
    <ul
      id={`${id}-list`}
      role="listbox"
      aria-label="Suggestions"
      hidden={list.length === 0}
      className={cn(
        "absolute left-0 z-30 max-h-72 min-w-72 overflow-auto rounded-md border border-line bg-panel p-1 shadow-float",
        below ? "top-[104px]" : "top-[70px]",
      )}
    >
      {list.map((suggestion, index) => (
        <li
          key={suggestion}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => {
            event.preventDefault();
            onTake(suggestion);
          }}
          className={cn("flex h-7 items-center rounded px-2 font-mono text-[12px]", index === at ? "bg-selected" : "hover:bg-hover")}
        >
          {suggestion}
        </li>
      ))}
    </ul>
  );
}
