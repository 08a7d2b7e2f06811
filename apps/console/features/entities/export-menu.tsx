/**
 * ExportMenu: exports what fits the filter as a file, or shows the command that does.
 */
"use client";
import { Popover } from "radix-ui";
import type { ReactElement } from "react";
import { urlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { useEntitiesWords } from "../../words/entities/use-entities-words.ts";
import type { EntityChoice } from "./use-tally.ts";

const formats = [
  { format: "csv", name: "CSV" },
  { format: "jsonl", name: "JSON Lines" },
] as const;

export function ExportMenu({ choice }: { choice: EntityChoice }): ReactElement {
  const words = useEntitiesWords().export;
  const path = (format: string): string => urlOf(`/v1/entities/export?${new URLSearchParams({ ...choice, format }).toString()}`);
  const options = [
    choice.prefix === "" ? "" : ` --prefix ${quoted(choice.prefix)}`,
    choice.filter === "" ? "" : ` --filter ${quoted(choice.filter)}`,
  ];
  const command = `signalbox entities export ${choice.type}${options.join("")}`;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button>{words.open}</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          aria-label={words.label}
          className="z-40 flex w-80 flex-col gap-2 rounded-md border border-line bg-panel p-2 shadow-float"
        >
          {formats.map(({ format, name }) => (
            <a
              key={format}
              href={path(format)}
              download={`entities.${format}`}
              className="flex flex-col rounded px-2 py-1 hover:bg-hover focus-visible:outline-2 focus-visible:outline-message"
            >
              <span>{name}</span>
              <span className="text-[12px] text-quiet">{words[format]}</span>
            </a>
          ))}
          <div className="flex items-center gap-2 border-t border-line px-2 pt-2">
            <code className="min-w-0 flex-1 truncate text-[12px] text-quiet">{command}</code>
            <CopyButton text={command} label={words.copy} />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
