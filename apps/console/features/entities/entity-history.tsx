/**
 * EntityHistory: what the journal kept of this entity, newest first: the cause, the state before and after, what it sent, how long it took.
 * A row opens to the whole record; opened rows stay open while new ones arrive.
 */
"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsInteger, useQueryState } from "nuqs";
import { Fragment, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock, duration, exact } from "../../format/times.ts";
import { traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, HistoryEntryView, PastView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { StateDiff } from "../../values/state-diff.tsx";
import { ValueLine } from "../../values/value-view.tsx";
import { pastSentence, reachSentence } from "../past/past-words.ts";
import type { EntityWords } from "../../words/entity/en.ts";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useEntityWords } from "../../words/entity/use-entity-words.ts";
import { reasonOf } from "../waiting/said-in.ts";
import { CallerLink } from "./caller-link.tsx";
import { RecordDetail } from "./record-detail.tsx";
import { usePastWords } from "../../words/past/use-past-words.ts";

const PAGE_RECORDS = 30;
const CODE_VERSION_CHARACTERS_SHOWN = 12;

export interface EntityHistoryProps {
  address: AddressView;
  /** Absent where there is no entity beside it. */
  onAsOf?: (sequence: number) => void;
  /** Shows only records before this number. */
  before?: number;
}

export function EntityHistory({ address, onAsOf, before }: EntityHistoryProps): ReactElement {
  const pastWords = usePastWords();
  const { history: words, tabs } = useEntityWords();
  const trpc = useTRPC();
  const [open, setOpen] = useQueryState("record", parseAsInteger);
  const asked = trpc.entities.history.infiniteQueryOptions(
    { ...address, limit: PAGE_RECORDS },
    {
      getNextPageParam: (page) => page.cursor,
      ...(before === undefined ? {} : { initialCursor: String(before) }),
    },
  );
  const [path, key] = asked.queryKey;
  const history = useInfiniteQuery({
    ...asked,
    // tRPC's key does not contain where the list begins, so two moments would share one answer.
    queryKey: [path, { ...key, input: { ...address, before } }],
    // While time plays, the rows stay until those of the next moment arrive.
    ...(before === undefined ? {} : { placeholderData: keepPreviousData }),
  });
  return (
    <QueryView
      query={history}
      what={tabs.history}
      empty={{
        when: (data) => data.pages.every((page) => page.items.length === 0),
        view: (
          <EmptyState title={words.none}>
            {words.everyLeaves} {reachSentence(history.data?.pages[0]?.reach ?? null, pastWords)} {words.beforeGone}
          </EmptyState>
        ),
      }}
    >
      {(data) => (
        <>
          <ol className="flex flex-col">
            {data.pages
              .flatMap((page) => page.items)
              .map((record, index, all) => (
                <Fragment key={record.sequence}>
                  {record.past === null || record.past.era === all[index - 1]?.past?.era ? null : <EraBegins past={record.past} />}
                  <HistoryRow
                    record={record}
                    open={open === record.sequence}
                    onToggle={() => void setOpen(open === record.sequence ? null : record.sequence)}
                    onAsOf={onAsOf}
                  />
                </Fragment>
              ))}
          </ol>
          {history.hasNextPage ? (
            <Button
              size="small"
              className="mt-2 self-start"
              pending={history.isFetchingNextPage}
              onClick={() => void history.fetchNextPage()}
            >
              {words.older(PAGE_RECORDS)}
            </Button>
          ) : (
            <p className="py-2 text-[12px] text-quiet" suppressHydrationWarning>
              {reachSentence(data.pages.at(-1)?.reach ?? null, pastWords)} {words.noMore}
            </p>
          )}
        </>
      )}
    </QueryView>
  );
}

function OutcomeWord({ record }: { record: HistoryEntryView }): ReactElement {
  const words = useEntityWords().history;
  switch (record.outcome) {
    case "completed":
      return <StatusWord tone="clear">{words.completed}</StatusWord>;
    case "parked":
      return <StatusWord tone="danger">{words.parked}</StatusWord>;
    case "act":
      return (
        <StatusWord tone="message">
          {record.edit === null ? (words.acts[record.act ?? ""] ?? record.act ?? words.act) : words.editedBy(record.edit.by)}
        </StatusWord>
      );
  }
}

function outgoing(record: HistoryEntryView, words: EntityWords["history"]): string {
  const parts = [
    record.sent.length === 0 ? null : words.sent(record.sent.length),
    record.delayed.length === 0 ? null : words.delayed(record.delayed.length),
    record.egress.length === 0 ? null : words.egress(record.egress.length),
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** The module's revision, from the catalog; the version of the code that answered is beside it when the function says it. */
function RevisionThen({
  revision: { module, revision, appliedMs },
  codeVersion,
}: {
  revision: NonNullable<HistoryEntryView["revision"]>;
  codeVersion: string | null;
}): ReactElement {
  const words = useEntityWords().history;
  const told = `${words.revisionThen(module, revision, exact(appliedMs))}${codeVersion === null ? ` ${words.codeUnknown}` : ""}`;
  return (
    <Link className="hover:underline" href={`/modules/${encodeURIComponent(module)}`} title={told} suppressHydrationWarning>
      {words.revision(revision)}
    </Link>
  );
}

/** A commit's hash is long, so only its beginning is shown, which is enough to tell it apart; the rest is in the opened record. */
function CodeVersion({ version }: { version: string }): ReactElement {
  const words = useEntityWords().history;
  const shown = version.length > CODE_VERSION_CHARACTERS_SHOWN ? `${version.slice(0, CODE_VERSION_CHARACTERS_SHOWN)}…` : version;
  return (
    <span title={words.codeThen(version)}>
      <span className="sr-only">{words.code}</span> {shown}
    </span>
  );
}

/** The line between two eras: what is below it was there before the restore. */
function EraBegins({ past }: { past: PastView }): ReactElement {
  const words = useEntityWords().history;
  return (
    <li className="border-b border-line bg-ground px-1 py-1.5 text-[12px] text-quiet" suppressHydrationWarning>
      {words.restored(clock(past.endedMs, false), past.era)}
    </li>
  );
}

interface HistoryRowProps {
  record: HistoryEntryView;
  open: boolean;
  onToggle: () => void;
  onAsOf: ((sequence: number) => void) | undefined;
}

function HistoryRow({ record, open, onToggle, onAsOf }: HistoryRowProps): ReactElement {
  const pastWords = usePastWords();
  const failures = useFailureWords();
  const cause = record.messages[0];
  const words = useEntityWords().history;
  const effects = outgoing(record, words);
  return (
    <li className={cn("@container border-b border-line", open && "bg-panel")}>
      <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1 @2xl:grid-cols-[94px_minmax(0,1fr)_auto] px-1 py-1.5 text-[12px] leading-5">
        <time
          className="font-mono text-quiet"
          dateTime={new Date(record.endedMs).toISOString()}
          title={exact(record.endedMs)}
          suppressHydrationWarning
        >
          {clock(record.endedMs)}
        </time>
        <div className="order-last col-span-2 min-w-0 @2xl:order-none @2xl:col-span-1">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3">
            <OutcomeWord record={record} />
            {cause === undefined ? null : (
              <span className="flex min-w-0 items-center gap-2">
                <span className="text-quiet">{words.from}</span> <CallerLink caller={cause.caller} />
                <ValueLine value={cause.value} className="max-w-80" />
                {record.messagesTotal > 1 ? (
                  <span className="whitespace-nowrap text-quiet">{words.more(record.messagesTotal - 1)}</span>
                ) : null}
              </span>
            )}
            {record.past === null || record.past.undone === null ? null : (
              <span className="text-caution" title={pastSentence(record.past, pastWords)}>
                {words.takenBack}
              </span>
            )}
            {record.detail === null || record.detail === "" ? null : <span className="font-mono text-quiet">{record.detail}</span>}
          </div>
          {record.edit?.reason === undefined || record.edit.reason === null ? null : <p className="break-words">“{record.edit.reason}”</p>}
          {record.failure === null ? null : <p className="break-words text-danger">{reasonOf(record.failure, failures)}</p>}
          {record.state.length === 0 ? null : <StateDiff changes={record.state} className="mt-0.5" />}
          {effects === "" ? null : <p className="text-quiet">{effects}</p>}
        </div>
        <RowEnd record={record} open={open} onToggle={onToggle} onAsOf={onAsOf} />
      </div>
      {open ? <RecordDetail record={record} /> : null}
    </li>
  );
}

/** The end of a row: how long the record took, and where it leads. */
function RowEnd({ record, open, onToggle, onAsOf }: HistoryRowProps): ReactElement {
  const words = useEntityWords().history;
  const cause = record.messages[0];
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-3 self-start font-mono text-quiet">
      {record.attempts > 1 ? <span className="text-caution">{words.attempt(record.attempts)}</span> : null}
      {record.revision === null ? null : <RevisionThen revision={record.revision} codeVersion={record.codeVersion} />}
      {record.codeVersion === null ? null : <CodeVersion version={record.codeVersion} />}
      {record.outcome === "act" ? null : <span>{duration(record.endedMs - record.startedMs)}</span>}
      {onAsOf === undefined ? null : (
        <Button size="small" tone="ghost" aria-label={words.asOf(record.sequence)} onClick={() => onAsOf(record.sequence)}>
          {words.asOfThen}
        </Button>
      )}
      {cause === undefined ? null : (
        <Link className="font-sans text-message hover:underline" href={traceHref(cause.trace, record.sequence)}>
          {words.trace}
        </Link>
      )}
      <Button
        size="small"
        tone="ghost"
        aria-expanded={open}
        aria-label={open ? words.close(record.sequence) : words.open(record.sequence)}
        onClick={onToggle}
      >
        #{grouped(record.sequence)} <span aria-hidden>{open ? "▾" : "▸"}</span>
      </Button>
    </div>
  );
}
