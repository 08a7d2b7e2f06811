/**
 * FilterChips: the parts of a filter that must all hold, each to be changed or removed, and a line for one more. Neighbours:
 * filter-bar.tsx.
 */
"use client";
import { chipsOf, textOfChips, type Filter, type KnownOfRows } from "@signalbox/gateway/filter";
import { X } from "lucide-react";
import { useState } from "react";
import { FilterLine } from "./filter-line.tsx";
import { useFilterWords } from "../words/filter/use-filter-words.ts";

interface Props {
  id: string;
  filter: Filter;
  known: KnownOfRows;
  onRun: (text: string) => void;
}

export function FilterChips({ id, filter, known, onRun }: Props) {
  const words = useFilterWords();
  const [edited, setEdited] = useState<number | null>(null);
  const chips = chipsOf(filter);
  const put = (at: number, text: string): void => {
    setEdited(null);
    const next = text === "" ? chips.toSpliced(at, 1) : chips.toSpliced(at, 1, text);
    onRun(textOfChips(next));
  };
  const lineProps = { subject: filter.subject, known };
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5" role="group" aria-label={words.parts}>
      {chips.map((chip, at) =>
        edited === at ? (
          <FilterLine
            {...lineProps}
            key={`${at}`}
            id={`${id}-chip`}
            label={words.part}
            text={chip}
            placeholder=""
            focus
            onRun={(text) => put(at, text)}
            onLeave={() => setEdited(null)}
          />
        ) : (
          <span key={chip} className="inline-flex h-7 max-w-full items-center rounded border border-line bg-raised font-mono text-[12px]">
            <button
              type="button"
              className="min-w-0 truncate px-2 hover:text-message focus-visible:outline-2 focus-visible:outline-message"
              onClick={() => setEdited(at)}
            >
              {chip}
            </button>
            <button
              type="button"
              aria-label={words.takeOut(chip)}
              className="px-1.5 text-quiet hover:text-text focus-visible:outline-2 focus-visible:outline-message"
              onClick={() => put(at, "")}
            >
              <X aria-hidden className="size-3" />
            </button>
          </span>
        ),
      )}
      <FilterLine
        {...lineProps}
        key={chips.length}
        id={id}
        label={words.oneMore}
        text=""
        placeholder={words.and}
        onRun={(text) => (text === "" ? undefined : onRun(textOfChips([...chips, text])))}
      />
    </div>
  );
}
