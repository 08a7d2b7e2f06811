/**
 * HotRows: under the card of the chosen type, its hottest entities: how many messages come for each and how many wait in its mailbox. It is
 * the last zoom level of the graph. Its height is fixed, so that nothing moves when traffic does.
 */
"use client";
import { compact, rate } from "../../../format/numbers.ts";
import type { HotEntity } from "../../../trpc/views.ts";
import { cn } from "../../../ui/cn.ts";
import { statusTones } from "../../waiting/status-tones.ts";
import { useHottest } from "../use-hottest.ts";
import { HOT_ROWS_HEIGHT } from "./geometry.ts";
import { useFlowWords } from "../../../words/flow/use-flow-words.ts";
import { useFlowMoreWords } from "../../../words/flow-more/use-flow-more-words.ts";

const SHOWN = 3;

export interface HotRowsProps {
  type: string;
  waiting: number;
  onOpen: (entity: HotEntity) => void;
  onMore: () => void;
}

export function HotRows({ type, waiting, onOpen, onMore }: HotRowsProps) {
  const { hot: words } = useFlowMoreWords();
  const { wait } = useFlowWords();
  const hottest = useHottest(type);
  const entities = hottest?.entities.slice(0, SHOWN) ?? [];
  return (
    <div
      data-hot={type}
      style={{ height: HOT_ROWS_HEIGHT }}
      className="flex flex-col rounded-b-md border border-t-0 border-message bg-raised px-1 pt-0.5 font-mono text-[12px]"
    >
      <ul aria-label={words.label(type)}>
        {entities.map((entity) => (
          <li key={entity.address.id}>
            <button
              type="button"
              onClick={() => onOpen(entity)}
              title={words.row({ id: entity.address.id, rate: rate(entity.perSecond), depth: entity.mailboxDepth })}
              className="flex h-[18px] w-full items-center gap-1.5 rounded px-1.5 text-left hover:bg-hover"
            >
              <Mark entity={entity} />
              <span className="min-w-0 flex-1 truncate">{entity.address.id}</span>
              <span className={entity.mailboxDepth > 0 ? "text-caution" : "text-quiet"}>
                {entity.mailboxDepth > 0 ? wait(compact(entity.mailboxDepth)) : rate(entity.perSecond)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {entities.length > 0 ? null : (
        <p className="px-1.5 text-quiet">{(hottest?.countedMs ?? 0) < 1_000 ? words.counting : words.nothing}</p>
      )}
      <button type="button" onClick={onMore} className="mt-auto mb-0.5 rounded px-1.5 text-left text-message hover:underline">
        {waiting > 0 ? words.why : words.pressure} ›
      </button>
    </div>
  );
}

/** A shape in addition to colour: a ring waits, a square needs a person, a dot moves. */
function Mark({ entity: { status, mailboxDepth } }: { entity: HotEntity }) {
  const tone = statusTones[status];
  return (
    <span
      aria-hidden="true"
      className={cn(
        "size-2 shrink-0",
        tone === "danger" ? "bg-danger" : mailboxDepth > 0 ? "rounded-full border-2 border-caution" : "rounded-full bg-message",
      )}
    />
  );
}
