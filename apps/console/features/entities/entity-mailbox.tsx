/** EntityMailbox: the messages that wait, in order, the head first; the chosen one is shown whole. */
"use client";
import { Link } from "../../ui/link.tsx";
import { parseAsInteger, useQueryState } from "nuqs";
import type { ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
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
import { CallerLink } from "./caller-link.tsx";

const columns: readonly Column<MessageView>[] = [
  { key: "sequence", header: "Message", width: "120px", mono: true, cell: (row) => `#${grouped(row.sequence)}` },
  { key: "caller", header: "From", width: "220px", wideOnly: true, cell: (row) => <CallerLink caller={row.caller} /> },
  { key: "type", header: "Value type", width: "220px", wideOnly: true, mono: true, cell: (row) => row.value.typename },
  { key: "value", header: "Value", cell: (row) => <ValueLine value={row.value} /> },
  { key: "at", header: "Since", width: "104px", align: "right", mono: true, cell: (row) => <Ago atMs={row.atMs} /> },
];

export function EntityMailbox({ entity }: { entity: EntityDetail }): ReactElement {
  const client = useClient();
  const [chosen, setChosen] = useQueryState("message", parseAsInteger);
  if (entity.mailbox.length === 0)
    return (
      <EmptyState title="The mailbox is empty">Messages to this entity wait here, in order, while one invocation is in flight.</EmptyState>
    );
  const message = entity.mailbox.find((row) => row.sequence === chosen);
  return (
    <div className="flex flex-col gap-3 pt-1">
      <p className="text-[12px] leading-5 text-quiet">
        <WaitSentence of={entity} /> The first message goes first; the others wait behind it, in order.
      </p>
      <DataTable
        label="Messages in the mailbox"
        className="max-h-80"
        rows={entity.mailbox}
        columns={columns}
        rowKey={(row) => String(row.sequence)}
        selected={chosen === null ? null : String(chosen)}
        onSelect={(row) => void setChosen(row.sequence)}
      />
      {entity.mailboxDepth > entity.mailbox.length ? (
        <p className="text-[12px] text-quiet">
          The first {entity.mailbox.length} of {counted(entity.mailboxDepth, "message", "messages")}.
        </p>
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
                Open trace
              </Link>
              <Link className="px-1 text-[12px] text-message hover:underline" href={sendAgainHref(message.target, message.value)}>
                Send again…
              </Link>
            </>
          }
        />
      )}
    </div>
  );
}
