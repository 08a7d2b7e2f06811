/** ExportMenu: what fits the filter as a file, and as the command that makes it. */
"use client";
import { Popover } from "radix-ui";
import type { ReactElement } from "react";
import { urlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import type { EntityChoice } from "./use-tally.ts";

const formats = [
  { format: "csv", label: "CSV", says: "a column for each value of the state" },
  { format: "jsonl", label: "JSON Lines", says: "the whole state of each" },
] as const;

export function ExportMenu({ choice }: { choice: EntityChoice }): ReactElement {
  const path = (format: string): string => urlOf(`/v1/entities/export?${new URLSearchParams({ ...choice, format }).toString()}`);
  const options = [
    choice.prefix === "" ? "" : ` --prefix ${quoted(choice.prefix)}`,
    choice.filter === "" ? "" : ` --filter ${quoted(choice.filter)}`,
  ];
  const command = `signalbox entities export ${choice.type}${options.join("")}`;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button>Export</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          aria-label="Export what matches"
          className="z-40 flex w-80 flex-col gap-2 rounded-md border border-line bg-panel p-2 shadow-float"
        >
          {formats.map(({ format, label, says }) => (
            <a
              key={format}
              href={path(format)}
              download={`entities.${format}`}
              className="flex flex-col rounded px-2 py-1 hover:bg-hover focus-visible:outline-2 focus-visible:outline-message"
            >
              <span>{label}</span>
              <span className="text-[12px] text-quiet">{says}, at most 1 000 000 rows</span>
            </a>
          ))}
          <div className="flex items-center gap-2 border-t border-line px-2 pt-2">
            <code className="min-w-0 flex-1 truncate text-[12px] text-quiet">{command}</code>
            <CopyButton text={command} label="Copy as a command" />
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
