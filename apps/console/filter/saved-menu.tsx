/** SavedMenu: saves what is run under a name, and runs what was saved. Neighbours: saved-filters.ts keeps them, saved-list.tsx is what opens. */
"use client";
import type { Filter } from "@signalbox/gateway/filter";
import { Popover } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { Button } from "../ui/button.tsx";
import { useSavedFilters } from "./saved-filters.ts";
import { useFilterWords } from "../words/filter/use-filter-words.ts";

/** Fetched when it is opened first: the Flow has no room for what few open. */
const SavedList = lazy(async () => ({ default: (await import("./saved-list.tsx")).SavedList }));

export function SavedMenu({ filter, onRun }: { filter: Filter; onRun: (text: string) => void }) {
  const words = useFilterWords();
  const { saved, save, forget } = useSavedFilters(filter.subject);
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button>{saved.length === 0 ? words.save : words.savedCount(saved.length)}</Button>
      </Popover.Trigger>
      {open ? (
        <Suspense>
          <SavedList
            text={filter.text}
            saved={saved}
            onSave={(name) => save({ name, text: filter.text })}
            onForget={forget}
            onRun={(text) => {
              onRun(text);
              setOpen(false);
            }}
          />
        </Suspense>
      ) : null}
    </Popover.Root>
  );
}
