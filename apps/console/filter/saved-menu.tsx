/**
 * SavedMenu: saves the current filter under a name, and runs saved ones. The gateway keeps them for each person; saved-list.tsx is what
 * opens.
 */
"use client";
import type { Filter } from "@signalbox/gateway/filter";
import { useQuery } from "@tanstack/react-query";
import { Popover } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { useTRPC } from "../trpc/context.tsx";
import { Button } from "../ui/button.tsx";
import { useFilterWords } from "../words/filter/use-filter-words.ts";

/** Fetched when it is first opened, because the Flow has no room for scripts that few need. */
const SavedList = lazy(async () => ({ default: (await import("./saved-list.tsx")).SavedList }));

export function SavedMenu({ filter, onRun }: { filter: Filter; onRun: (text: string) => void }) {
  const words = useFilterWords();
  const { data } = useQuery(useTRPC().savedFilters.list.queryOptions({ subject: filter.subject }));
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button>{data === undefined || data.length === 0 ? words.save : words.savedCount(data.length)}</Button>
      </Popover.Trigger>
      {open ? (
        <Suspense>
          <SavedList
            filter={filter}
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
