/**
 * EntityMailbox: the messages that wait, in order, the head first; the selected one is shown in full.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import { parseAsInteger, useQueryState } from "nuqs";
import { useMemo, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { traceHref } from "../../shell/navigation.ts";
import type { EntityDetail, MessageView } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { MessageHeaders } from "../../values/message-headers.tsx";
import { ValueLine, ValueView } from "../../values/value-view.tsx";
import { sendAgainHref } from "../send/send-again.ts";
import { WaitSentence } from "../waiting/why-it-waits.tsx";
import { useClient } from "../../trpc/context.tsx";
import { because, UnmaskButton } from "../unmask/unmask-button.tsx";
import type { EntityWords } from "../../words/entity/en.ts";
import { useEntityWords } from "../../words/entity/use-entity-words.ts";
import { CallerLink } from "./caller-link.tsx";

const columnsIn = (words: EntityWords["mailbox"]["columns"]): readonly Column<MessageView>[] => [
  { key: "sequence", header: words.sequence, width: "120px", mono: true, cell: (row) => `#${grouped(row.sequence)}` },
  { key: "caller", header: words.caller, width: "220px", wideOnly: true, cell: (row) => <CallerLink caller={row.caller} /> },
  { key: "type", header: words.type, width: "220px", wideOnly: true, mono: true, cell: (row) => row.value.typename },
  { key: "value", header: words.value, cell: (row) => <ValueLine value={row.value} /> },
  { key: "at", header: words.at, width: "104px", align: "right", mono: true, cell: (row) => <Ago atMs={row.atMs} /> },
];

export function EntityMailbox({ entity }: { entity: EntityDetail }): ReactElement {
  const client = useClient();
  const words = useEntityWords().mailbox;
  const columns = useMemo(() => columnsIn(words.columns), [words]);
  const [chosen, setChosen] = useQueryState("message", parseAsInteger);
  if (entity.mailbox.length === 0) return <EmptyState title={words.none}>{words.noneAbout}</EmptyState>;
  const message = entity.mailbox.find((row) => row.sequence === chosen);
  return (
    <div className="flex flex-col gap-3 pt-1">
      <p className="text-[12px] leading-5 text-quiet">
        <WaitSentence of={entity} /> {words.order}
      </p>
      <DataTable
        label={words.table}
        className="max-h-80"
        rows={entity.mailbox}
        columns={columns}
        rowKey={(row) => String(row.sequence)}
        selected={chosen === null ? null : String(chosen)}
        onSelect={(row) => void setChosen(row.sequence)}
      />
      {entity.mailboxDepth > entity.mailbox.length ? (
        <p className="text-[12px] text-quiet">{words.first(entity.mailbox.length, entity.mailboxDepth)} </p>
      ) : null}
      {message === undefined ? null : <MessageHeaders headers={message.headers} />}
      {message === undefined ? null : (
        <ValueView
          value={message.value}
          title={`#${grouped(message.sequence)}`}
          actions={
            <>
              <UnmaskButton
                value={message.value}
                title={`#${grouped(message.sequence)}`}
                of={entity.address.type}
                read={async (reason) => {
                  const bare = await client.entities.get.query(entity.address, because(reason));
                  return bare?.mailbox.find(({ sequence }) => sequence === message.sequence)?.value ?? null;
                }}
              />
              <Link className="px-1 text-[12px] text-message hover:underline" href={traceHref(message.trace)}>
                {words.openTrace}
              </Link>
              <Link className="px-1 text-[12px] text-message hover:underline" href={sendAgainHref(message.target, message.value)}>
                {words.sendAgain}
              </Link>
            </>
          }
        />
      )}
    </div>
  );
}
