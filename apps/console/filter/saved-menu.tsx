/** SavedMenu: saves what is run under a name, and runs what was saved. Neighbours: saved-filters.ts keeps them. */
"use client";
import type { Filter } from "@signalbox/gateway/filter";
import { X } from "lucide-react";
import { Popover } from "radix-ui";
import { useState, type FormEvent } from "react";
import { Button } from "../ui/button.tsx";
import { Input } from "../ui/form/field.tsx";
import { nameCharactersMax, useSavedFilters } from "./saved-filters.ts";

export function SavedMenu({ filter, onRun }: { filter: Filter; onRun: (text: string) => void }) {
  const { saved, save, forget } = useSavedFilters(filter.subject);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const keep = (event: FormEvent): void => {
    event.preventDefault();
    save({ name: name.trim(), text: filter.text });
    setName("");
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button>{saved.length === 0 ? "Save" : `Saved ${saved.length}`}</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          className="z-40 flex w-80 flex-col gap-2 rounded-md border border-line bg-panel p-2 shadow-float"
          aria-label="Saved filters"
        >
          <form onSubmit={keep} className="flex gap-2">
            <Input
              aria-label="Name for this filter"
              placeholder={filter.text === "" ? "Run a filter first" : "Name for this filter"}
              maxLength={nameCharactersMax}
              value={name}
              disabled={filter.text === ""}
              onChange={(event) => setName(event.target.value)}
            />
            <Button type="submit" disabled={name.trim() === "" || filter.text === ""}>
              Save
            </Button>
          </form>
          {saved.length === 0 ? (
            <p className="px-1 text-[12px] text-quiet">Nothing is saved in this browser. A link to the page shares its filter.</p>
          ) : (
            <ul className="max-h-64 overflow-auto">
              {saved.map((one) => (
                <li key={one.name} className="flex items-center gap-1 rounded hover:bg-hover">
                  <button
                    type="button"
                    className="min-w-0 flex-1 px-1 py-1 text-left focus-visible:outline-2 focus-visible:outline-message"
                    onClick={() => {
                      onRun(one.text);
                      setOpen(false);
                    }}
                  >
                    <span className="block truncate text-[13px]">{one.name}</span>
                    <span className="block truncate font-mono text-[11px] text-quiet">{one.text}</span>
                  </button>
                  <button
                    type="button"
                    aria-label={`Forget ${one.name}`}
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
    </Popover.Root>
  );
}
