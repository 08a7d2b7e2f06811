/**
 * What is selected in the flow: the invocation of a tail row or of a dot, the entity whose attempt failed, or a function type with its
 * pressure. It reads the journal, and says so when the message still waits or the journal no longer reaches it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { relative } from "../../format/times.ts";
import { cutMiddle } from "../../format/texts.ts";
import { useFrames, useLiveEntity } from "../../live/use-live.ts";
import { InspectorFrame } from "../../shell/inspector.tsx";
import { entityHref, traceHref } from "../../shell/navigation.ts";
import { holdHref } from "../breakpoints/breakpoint-words.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView } from "../../trpc/views.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { WaitLine } from "../waiting/why-it-waits.tsx";
import { FailureBlock, RecordView } from "../invocation/record-view.tsx";
import { PressureInspector } from "./pressure-inspector.tsx";
import { findRecord, type Selection } from "./selection.ts";
import { useFlowMoreWords } from "../../words/flow-more/use-flow-more-words.ts";
import { useStatusWords } from "../../words/status/use-status-words.ts";
import { useWords } from "../../words/use-words.ts";

const ID_SHOWN_MAX = 28;
const linkClass = "shrink-0 rounded px-1 py-0.5 text-[12px] whitespace-nowrap text-message hover:underline";

interface FlowInspectorProps {
  selection: Selection;
  onClose: () => void;
  onOpen: (next: Selection) => void;
  className?: string;
}

export function FlowInspector({ selection, onClose, onOpen, className }: FlowInspectorProps) {
  switch (selection.kind) {
    case "entity":
      return <EntityInspector address={selection.address} onClose={onClose} className={className} />;
    case "type":
      return <PressureInspector type={selection.type} onOpen={onOpen} onClose={onClose} className={className} />;
    default:
      return <RecordInspector selection={selection} onClose={onClose} className={className} />;
  }
}

interface RecordInspectorProps {
  selection: Exclude<Selection, { kind: "entity" | "type" }>;
  onClose: () => void;
  className: string | undefined;
}

function RecordInspector({ selection, onClose, className }: RecordInspectorProps) {
  const { inspector: words } = useFlowMoreWords();
  const query = useQuery(useTRPC().traces.get.queryOptions({ trace: selection.trace }));
  const record = query.data === undefined ? undefined : findRecord(query.data.records, selection);
  const { refetch } = query;
  const waits = query.data !== undefined && record === undefined && !query.data.complete;
  // A message that still waits may be consumed at any moment, so it is asked again with each second's frame.
  useSecondTick(waits, () => void refetch());
  return (
    <InspectorFrame
      className={className ?? ""}
      title={
        record === undefined ? (
          words.message(selection.kind === "egress" ? selection.egress : `#${selection.sequence}`)
        ) : (
          <AddressTitle address={record.address} />
        )
      }
      note={
        <span className="flex items-center gap-1">
          {words.trace}
          <span className="font-mono">#{selection.trace}</span>
          <CopyButton text={String(selection.trace)} label={words.copyNumber} />
        </span>
      }
      actions={
        <>
          <Link className={linkClass} href={traceHref(selection.trace, record?.sequence)}>
            {words.openTrace}
          </Link>
          {record === undefined ? null : (
            <Link className={linkClass} href={entityHref(record.address)}>
              {words.openEntity}
            </Link>
          )}
        </>
      }
      onClose={onClose}
    >
      <QueryView query={query} what={words.invocation}>
        {(trace) =>
          record !== undefined ? (
            <RecordView record={record} marked={selection.kind === "message" ? selection.sequence : undefined} />
          ) : trace.complete ? (
            <p className="px-4 py-4 text-quiet">{words.gone}</p>
          ) : (
            <p className="px-4 py-4">
              <StatusWord tone="message">{words.waiting}</StatusWord>
              <span className="mt-1 block text-quiet">{words.waitingAbout}</span>
            </p>
          )
        }
      </QueryView>
    </InspectorFrame>
  );
}

function EntityInspector({ address, onClose, className }: { address: AddressView; onClose: () => void; className: string | undefined }) {
  const { inspector: words } = useFlowMoreWords();
  const statuses = useStatusWords();
  const { ages } = useWords();
  useLiveEntity(address);
  const query = useQuery(useTRPC().entities.get.queryOptions(address));
  return (
    <InspectorFrame
      className={className ?? ""}
      title={<AddressTitle address={address} />}
      note={(query.data?.failure ?? null) === null ? undefined : words.noRecord}
      actions={
        <>
          <Link className={linkClass} href={holdHref(address)}>
            {words.hold}
          </Link>
          <Link className={linkClass} href={entityHref(address)}>
            {words.openEntity}
          </Link>
        </>
      }
      onClose={onClose}
    >
      <QueryView
        query={query}
        what={words.entity}
        empty={{ when: (entity) => entity === null, view: <p className="px-4 py-4 text-quiet">{words.holdsNothing}</p> }}
      >
        {(entity) =>
          entity === null ? null : (
            <>
              <p className="border-b border-line px-4 py-3">
                <span className="font-mono">{statuses[entity.status]}</span>
                <span className="text-quiet">
                  {words.wait(entity.mailboxDepth)}
                  {words.attempts(entity.attempts)}
                  {entity.retryAtMs === null ? "" : words.next(relative(entity.retryAtMs, Date.now(), ages))}
                </span>
              </p>
              {entity.failure === null ? (
                <div className="px-4 py-3">
                  {entity.waitReason === null ? <StatusWord tone="clear">{words.well}</StatusWord> : <WaitLine of={entity} />}
                </div>
              ) : (
                <FailureBlock failure={entity.failure} />
              )}
            </>
          )
        }
      </QueryView>
    </InspectorFrame>
  );
}

function AddressTitle({ address }: { address: AddressView }) {
  return (
    <span className="font-mono text-[12px]" title={`${address.type}/${address.id}`}>
      <span className="font-normal text-quiet">{address.type}/</span>
      {cutMiddle(address.id, ID_SHOWN_MAX)}
    </span>
  );
}

function useSecondTick(active: boolean, tick: () => void): void {
  useFrames((frame) => {
    if (active && frame.timeline.length > 0) tick();
  });
}
