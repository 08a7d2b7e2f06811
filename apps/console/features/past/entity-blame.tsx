/**
 * EntityBlame: every field of an entity's state with who wrote it last: which message from whom through which endpoint, or which act of a
 * person; and what was there before. A link opens the trace, the time opens the entity as of then.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { nameOf } from "../../format/texts.ts";
import { traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, BlameView, FieldBlameView, ValueChangeView } from "../../trpc/views.ts";
import { lineOf } from "../../values/value-line.ts";
import { cn } from "../../ui/cn.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { usePastWords } from "../../words/past/use-past-words.ts";

export interface EntityBlameProps {
  address: AddressView;
  onAsOf: (sequence: number) => void;
}

export function EntityBlame({ address, onAsOf }: EntityBlameProps): ReactElement {
  const words = usePastWords();
  const blame = useQuery(useTRPC().entities.blame.queryOptions(address));
  return (
    <QueryView
      query={blame}
      what={words.blame.what}
      empty={{
        when: ({ values }) => values.length === 0,
        view: <EmptyState title={words.blame.none}>{words.blame.noneAbout}</EmptyState>,
      }}
    >
      {(data) => <BlameTable blame={data} onAsOf={onAsOf} />}
    </QueryView>
  );
}

const head = "px-2 py-1.5 text-left font-normal text-quiet";
/** On a phone a field is a few lines instead of a row, so that nothing is scrolled sideways; its roles still make it a table. */
const cell = "px-2 py-1.5 max-room:p-0";

function BlameTable({ blame, onAsOf }: { blame: BlameView; onAsOf: (sequence: number) => void }): ReactElement {
  const words = usePastWords();
  return (
    <section className="mt-2 room:overflow-x-auto" aria-label={words.blame.table}>
      <table role="table" className="w-full border-collapse text-[12px] max-room:block room:min-w-[720px]">
        <thead role="rowgroup" className="max-room:sr-only">
          <tr role="row" className="border-b border-line">
            <th role="columnheader" className={head}>
              {words.blame.field}
            </th>
            <th role="columnheader" className={head}>
              {words.blame.now}
            </th>
            <th role="columnheader" className={head}>
              {words.blame.by}
            </th>
            <th role="columnheader" className={head}>
              {words.blame.through}
            </th>
            <th role="columnheader" className={head}>
              {words.blame.when}
            </th>
            <th role="columnheader" className={head}>
              {words.blame.beforeThat}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-room:block">
          {blame.values.flatMap((value) =>
            value.fields.length === 0 ? (
              <BlameRow
                key={value.name}
                name={value.name}
                field={{ path: "", now: "", before: null, change: 0 }}
                change={value.changes[0]}
                onAsOf={onAsOf}
              />
            ) : (
              value.fields.map((field) => (
                <BlameRow
                  key={`${value.name} ${field.path}`}
                  name={value.name}
                  field={field}
                  change={field.change === null ? undefined : value.changes[field.change]}
                  onAsOf={onAsOf}
                />
              ))
            ),
          )}
        </tbody>
      </table>
      <p className="px-2 py-2 text-[12px] text-quiet">
        {blame.complete ? words.blame.all(grouped(blame.recordsRead)) : words.blame.newest(grouped(blame.recordsRead))}
      </p>
    </section>
  );
}

interface BlameRowProps {
  name: string;
  field: FieldBlameView;
  change: ValueChangeView | undefined;
  onAsOf: (sequence: number) => void;
}

function BlameRow({ name, field, change, onAsOf }: BlameRowProps): ReactElement {
  const words = usePastWords();
  const isGone = change !== undefined && change.after === null;
  return (
    <tr
      role="row"
      className="border-b border-line align-top max-room:flex max-room:flex-wrap max-room:gap-x-2 max-room:px-2 max-room:py-1.5"
    >
      <th role="rowheader" scope="row" className={cn(cell, "text-left font-mono font-normal room:whitespace-nowrap")}>
        {name}
        {field.path === "" ? null : <span className="text-quiet">.{field.path}</span>}
      </th>
      <td role="cell" className={cn(cell, "max-w-72 truncate font-mono font-medium max-room:min-w-0 max-room:flex-1")} title={field.now}>
        {isGone ? <Quiet>{words.blame.removed}</Quiet> : change?.after?.as === "absent" ? <Quiet>{lineOf(change.after)}</Quiet> : field.now}
      </td>
      <td role="cell" className={cn(cell, "max-room:basis-full")}>
        {change === undefined ? <span className="text-quiet">{words.blame.beyond}</span> : <Writer change={change} />}
      </td>
      <td role="cell" className={cn(cell, "font-mono text-quiet")}>
        {change?.by.kind === "function" ? change.by.endpoint : ""}
      </td>
      <td role="cell" className={cn(cell, "whitespace-nowrap")}>
        {change === undefined ? null : (
          <Button
            size="small"
            tone="ghost"
            className="-my-1 font-sans room:-ml-2 max-room:px-0"
            title={words.blame.asOfThen}
            onClick={() => onAsOf(change.sequence)}
          >
            <Ago atMs={change.atMs} />
          </Button>
        )}
      </td>
      <td
        role="cell"
        className={cn(cell, "max-w-56 truncate font-mono text-quiet max-room:min-w-0 max-room:flex-1")}
        title={field.before ?? undefined}
      >
        {change === undefined ? (
          ""
        ) : (
          <>
            <span className="font-sans room:hidden">{words.blame.before}</span>
            {field.before ?? words.blame.noValue}
          </>
        )}
      </td>
    </tr>
  );
}

function Quiet({ children }: { children: string }): ReactElement {
  return <span className="font-sans font-normal text-quiet">{children}</span>;
}

function Writer({ change }: { change: ValueChangeView }): ReactElement {
  const words = usePastWords();
  const { by } = change;
  if (by.kind === "act")
    return (
      <span>
        {words.blame.person} <span className="text-quiet">({by.act === "edit-state" ? words.blame.edit : by.act})</span>
      </span>
    );
  const { message, messagesTotal } = by;
  if (message === null) return <span className="text-quiet">{words.blame.function}</span>;
  return (
    <span className="room:whitespace-nowrap">
      {nameOf(message.typename)}{" "}
      <Link className="font-mono text-message hover:underline" href={traceHref(message.trace, change.sequence)}>
        #{grouped(message.sequence)}
      </Link>
      {messagesTotal > 1 ? <span className="text-quiet">{words.blame.more(messagesTotal - 1)}</span> : null}
      <span className="text-quiet">
        {words.blame.from(message.caller === null ? words.blame.ingress : `${message.caller.type}/${message.caller.id}`)}
      </span>
    </span>
  );
}
