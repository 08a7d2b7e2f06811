/**
 * The filter as one line: fields as `type:`, `id:`, `value:`, `is:` and free text. Applied with Enter; half-typed text is
 * never applied, a mistake is said at once and changes nothing. Suggestions come from what the engine knows.
 */
"use client";
import { X } from "lucide-react";
import { useEffect, useId, useState, type KeyboardEvent } from "react";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { IconButton } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { filterText, isEmpty, noFilter, parseFilter, statuses, type FilterFields } from "./filter-text.ts";

const SUGGESTED_MAX = 8;

export interface FilterBarProps {
  fields: FilterFields;
  onChange: (fields: FilterFields) => void;
  types: readonly string[];
}

export function FilterBar({ fields, onChange, types }: FilterBarProps) {
  const applied = filterText(fields);
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
    if (result.kind === "ok") onChange(result.fields);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((before) => (suggestions.length === 0 ? -1 : (before + step + suggestions.length) % suggestions.length));
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
    <div className="relative min-w-0 flex-1">
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
        placeholder="type:shop/cart id:bob is:failed, or any text"
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
        className={cn(
          "h-8 w-full rounded border bg-panel px-3 pr-9 font-mono text-[12px] placeholder:text-quiet focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-message",
          parsed.kind === "error" ? "border-caution" : "border-line",
        )}
      />
      {isEmpty(fields) && text === "" ? null : (
        <span className="absolute top-1 right-1">
          <IconButton size="small" label="Clear the filter" onClick={() => onChange(noFilter)}>
            <X aria-hidden="true" className="size-3.5" />
          </IconButton>
        </span>
      )}
      <p
        id={`${id}-says`}
        className={
          parsed.kind === "error" || text !== applied
            ? "absolute top-9 left-0 z-30 rounded border border-line bg-panel px-2 py-1 text-[12px] shadow-float"
            : "sr-only"
        }
      >
        {parsed.kind === "error" ? (
          <span className="text-caution">{parsed.message}</span>
        ) : text === applied ? (
          "Enter applies"
        ) : (
          <span className="text-quiet">Enter applies · Esc takes back</span>
        )}
      </p>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label="Suggestions"
        hidden={suggestions.length === 0}
        className="absolute top-[70px] left-0 z-30 max-h-72 min-w-72 overflow-auto rounded-md border border-line bg-panel p-1 shadow-float"
      >
        {suggestions.map((suggestion, index) => (
          <li
            key={suggestion}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => {
              event.preventDefault();
              apply(suggestion);
            }}
            className={cn("flex h-7 items-center rounded px-2 font-mono text-[12px]", index === at ? "bg-selected" : "hover:bg-hover")}
          >
            {suggestion}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the last word could become. */
export function suggest(text: string, types: readonly string[]): string[] {
  const at = text.lastIndexOf(" ") + 1;
  const word = text.slice(at);
  if (word === "") return [];
  const candidates = [...types.map((type) => `type:${type}`), ...statuses.map((status) => `is:${status}`)];
  const wanted = word.toLowerCase();
  return candidates
    .filter((candidate) => candidate !== word && candidate.toLowerCase().includes(wanted))
    .slice(0, SUGGESTED_MAX)
    .map((candidate) => text.slice(0, at) + candidate);
}
