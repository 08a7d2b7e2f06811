/**
 * SavedList: what saved-menu.tsx opens: a name for the current filter, and the filters that have one.
 */
"use client";
import type { Filter } from "@signalbox/gateway/filter";
import { X } from "lucide-react";
import { Popover } from "radix-ui";
import { useState, type FormEvent, type ReactElement } from "react";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/feedback/error-state.tsx";
import { Input } from "../ui/form/field.tsx";
import { nameCharactersMax, useSavedFilters } from "./saved-filters.ts";
import { useFilterWords } from "../words/filter/use-filter-words.ts";

interface Props {
  /** The current filter; it has no text when there is none. */
  filter: Filter;
  onRun: (text: string) => void;
}

export function SavedList({ filter: { subject, text }, onRun }: Props): ReactElement {
  const words = useFilterWords();
  const { saved, error, save, forget } = useSavedFilters(subject);
  const [name, setName] = useState("");
  const keep = (event: FormEvent): void => {
    event.preventDefault();
    save({ name: name.trim(), text });
    setName("");
  };
  return (
    <Popover.Portal>
      <Popover.Content
        align="end"
        sideOffset={4}
        className="z-40 flex w-80 flex-col gap-2 rounded-md border border-line bg-panel p-2 shadow-float"
        aria-label={words.saved}
      >
        <form onSubmit={keep} className="flex gap-2">
          <Input
            aria-label={words.name}
            placeholder={text === "" ? words.runFirst : words.name}
            maxLength={nameCharactersMax}
            value={name}
            disabled={text === ""}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit" disabled={name.trim() === "" || text === ""}>
            {words.save}
          </Button>
        </form>
        {error === null ? null : <ErrorState inline error={error} />}
        {saved === undefined ? null : saved.length === 0 ? (
          <p className="px-1 text-[12px] text-quiet">{words.noneSaved}</p>
        ) : (
          <ul className="max-h-64 overflow-auto">
            {saved.map((one) => (
              <li key={one.name} className="flex items-center gap-1 rounded hover:bg-hover">
                <button
                  type="button"
                  className="min-w-0 flex-1 px-1 py-1 text-left focus-visible:outline-2 focus-visible:outline-message"
                  onClick={() => onRun(one.text)}
                >
                  <span className="block truncate text-[13px]">{one.name}</span>
                  <span className="block truncate font-mono text-[11px] text-quiet">{one.text}</span>
                </button>
                <button
                  type="button"
                  aria-label={words.forget(one.name)}
                  className="rounded p-1 text-quiet hover:text-text focus-visible:outline-2 focus-visible:outline-message"
                  onClick={() => forget(one.name)}
                >
                  <X aria-hidden className="size-3.5" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </Popover.Content>
    </Popover.Portal>
  );
}
