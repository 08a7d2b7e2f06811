/**
 * FilterBar: the filter of a page, as text or in parts, with saved filters. Neighbours: use-filter.ts keeps it in the URL, filter-line.tsx
 * is where it is written, docs/filters.md explains the language.
 */
"use client";
import type { KnownOfRows } from "@signalbox/gateway/filter";
import { X } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { lazy, Suspense, useId } from "react";
import { useShortcut } from "../shell/shortcuts.tsx";
import { IconButton } from "../ui/button.tsx";
import { Segmented } from "../ui/form/segmented.tsx";
import { FilterLine } from "./filter-line.tsx";
import { SavedMenu } from "./saved-menu.tsx";
import type { PageFilter } from "./use-filter.ts";
import { useFilterWords } from "../words/filter/use-filter-words.ts";

/** Loaded with the language, which a page without parts does not need at once. */
const FilterChips = lazy(async () => ({ default: (await import("./filter-chips.tsx")).FilterChips }));

const modes = ["cel", "chips"] as const;
const none: KnownOfRows = {};

interface Props {
  /** The name, such as "Filter the tail". */
  label: string;
  /** The page's group in the sheet of keys. */
  group: string;
  page: PageFilter;
  known?: KnownOfRows;
  placeholder: string;
}

export function FilterBar({ label, group, page, known = none, placeholder }: Props) {
  const words = useFilterWords();
  const [mode, setMode] = useQueryState("parts", parseAsStringLiteral(modes).withDefault("cel"));
  const id = useId();
  const { text, compiled, filter, set } = page;
  useShortcut({ keys: "/", shown: "/", label, group }, () => document.getElementById(id)?.focus());
  // A text that is no filter has no parts to show.
  const asChips = mode === "chips" && compiled.kind === "ok";
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 max-sm:basis-full">
      {asChips ? (
        <Suspense fallback={<div className="flex-1" />}>
          <FilterChips id={id} filter={filter} known={known} onRun={set} />
        </Suspense>
      ) : (
        <FilterLine
          id={id}
          label={label}
          text={compiled.kind === "ok" ? filter.text : text}
          subject={filter.subject}
          known={known}
          placeholder={placeholder}
          onRun={set}
        >
          {text === "" ? null : (
            <IconButton size="small" label={words.clear} onClick={() => set("")}>
              <X aria-hidden="true" className="size-3.5" />
            </IconButton>
          )}
        </FilterLine>
      )}
      <Segmented
        label={words.as}
        value={mode}
        onChange={(next) => void setMode(next)}
        options={[
          { value: "cel", label: words.cel },
          { value: "chips", label: words.chips },
        ]}
      />
      <SavedMenu filter={filter} onRun={set} />
    </div>
  );
}

/** The bar on a line of its own below a page's header. */
export function FilterStrip(props: Props) {
  return (
    <div className="flex items-center gap-2 border-b border-line px-4 py-2">
      <FilterBar {...props} />
    </div>
  );
}
