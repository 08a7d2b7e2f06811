/** What a search found: the messages that matter, what the entity held before, how it fails, and what can be made of it: a test, curl. */
"use client";
import { useState, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { originUrlOf } from "../../shell/base-path.ts";
import { traceHref } from "../../shell/navigation.ts";
import type { ReproductionRow } from "../../trpc/views.ts";
import { Link } from "../../ui/link.tsx";
import { ReasonButton } from "../../ui/reason-button.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { CallerLink } from "../entities/caller-link.tsx";
import { FailureNote } from "../entities/failure-note.tsx";
import { curlOf } from "../send/message-body.ts";
import { draftOf } from "../traces/story-draft.ts";
import { exportReproduction, untestable } from "./export-reproduction.ts";
import { isOfUse } from "./reproduction-words.ts";
import { TestDialog } from "./test-dialog.tsx";

export function ReproductionResult({ row }: { row: ReproductionRow }): ReactElement {
  const { wanted, got, differsAt, notes, beforeComplete } = row;
  const isOther = got !== null && !isOfUse(row);
  return (
    <>
      {differsAt === null ? null : (
        <p className="text-[13px] text-caution">
          The function is not deterministic: to message #{grouped(differsAt)} it gave two answers after the same messages.
        </p>
      )}
      {isOther ? (
        <section className="flex flex-col gap-1">
          <PartTitle>What it did instead</PartTitle>
          <FailureNote failure={got} />
        </section>
      ) : null}
      {wanted === null ? null : (
        <section className="flex flex-col gap-1">
          <PartTitle>{isOfUse(row) ? "It fails so" : "It was to fail so"}</PartTitle>
          <FailureNote failure={wanted} />
        </section>
      )}
      {isOfUse(row) ? (
        <>
          <Messages row={row} />
          <Before row={row} />
        </>
      ) : null}
      {notes.length === 0 && beforeComplete ? null : (
        <p className="text-[12px] text-quiet">
          Of what was recorded:{" "}
          {[...notes, ...(beforeComplete ? [] : ["there may have been values before that no record tells of"])].join("; ")}.
        </p>
      )}
    </>
  );
}

function Messages({ row: { messages } }: { row: ReproductionRow }): ReactElement {
  return (
    <section className="flex flex-col gap-2">
      <PartTitle>Messages, in order</PartTitle>
      <ol className="flex flex-col gap-2">
        {messages.map((message) => (
          <li key={message.sequence}>
            <ValueView
              value={message.value}
              title={<>#{grouped(message.sequence)}</>}
              actions={
                <>
                  <CallerLink caller={message.caller} />
                  <Link className="px-1 text-[12px] text-message hover:underline" href={traceHref(message.trace)}>
                    trace
                  </Link>
                </>
              }
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Before({ row: { before } }: { row: ReproductionRow }): ReactElement {
  return (
    <section className="flex flex-col gap-2">
      <PartTitle>State before</PartTitle>
      {before.length === 0 ? <p className="text-[13px] text-quiet">Nothing.</p> : null}
      {before.map(({ name, value }) => (
        <ValueView key={name} value={value} title={name} />
      ))}
    </section>
  );
}

export function ResultActions({ row }: { row: ReproductionRow }): ReactElement | null {
  const [asking, setAsking] = useState(false);
  if (!isOfUse(row)) return null;
  const drafts = row.messages.flatMap((message) => draftOf(message) ?? []);
  return (
    <>
      <CopyButton text={() => drafts.map((draft) => curlOf(draft, originUrlOf(""))).join("\n")}>Copy as curl, which sends them</CopyButton>
      <ReasonButton reason={untestable(row)} onClick={() => setAsking(true)}>
        Export as test
      </ReasonButton>
      {asking ? (
        <TestDialog
          query={{ data: exportReproduction(row), error: null, isPending: false, dataUpdatedAt: row.startedMs, refetch: () => undefined }}
          file={`${row.address.type}-${row.address.id}-fails`}
          description="What the entity held before and the fewest messages that make its function fail, for vitest and @signalbox/testing. Name the function under test in its third import."
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
