/**
 * The result of a search: the messages that matter, what the entity held before, how it fails, and exports of it: a test, curl.
 */
"use client";
import { useState, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { useCurl } from "../../identity/use-curl.ts";
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
import { useReproductionWords } from "../../words/reproduction/use-reproduction-words.ts";

export function ReproductionResult({ row }: { row: ReproductionRow }): ReactElement {
  const { result: words } = useReproductionWords();
  const { wanted, got, differsAt, notes, beforeComplete } = row;
  const isOther = got !== null && !isOfUse(row);
  return (
    <>
      {differsAt === null ? null : <p className="text-[13px] text-caution">{words.differs(grouped(differsAt))}</p>}
      {isOther ? (
        <section className="flex flex-col gap-1">
          <PartTitle>{words.instead}</PartTitle>
          <FailureNote failure={got} />
        </section>
      ) : null}
      {wanted === null ? null : (
        <section className="flex flex-col gap-1">
          <PartTitle>{isOfUse(row) ? words.fails : words.wasToFail}</PartTitle>
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
        <p className="text-[12px] text-quiet">{words.recorded([...notes, ...(beforeComplete ? [] : [words.perhapsMore])].join("; "))}</p>
      )}
    </>
  );
}

function Messages({ row: { messages } }: { row: ReproductionRow }): ReactElement {
  const { result: words } = useReproductionWords();
  return (
    <section className="flex flex-col gap-2">
      <PartTitle>{words.messages}</PartTitle>
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
                    {words.trace}
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
  const { result: words } = useReproductionWords();
  return (
    <section className="flex flex-col gap-2">
      <PartTitle>{words.before}</PartTitle>
      {before.length === 0 ? <p className="text-[13px] text-quiet">{words.nothing}</p> : null}
      {before.map(({ name, value }) => (
        <ValueView key={name} value={value} title={name} />
      ))}
    </section>
  );
}

export function ResultActions({ row }: { row: ReproductionRow }): ReactElement | null {
  const { result: words, test } = useReproductionWords();
  const asCurl = useCurl();
  const [asking, setAsking] = useState(false);
  if (!isOfUse(row)) return null;
  const drafts = row.messages.flatMap((message) => draftOf(message) ?? []);
  return (
    <>
      <CopyButton text={() => drafts.map((draft) => asCurl(curlOf(draft, originUrlOf("")))).join("\n")}>{words.copyCurl}</CopyButton>
      <ReasonButton reason={untestable(row, test)} onClick={() => setAsking(true)}>
        {test.export}
      </ReasonButton>
      {asking ? (
        <TestDialog
          query={{ data: exportReproduction(row), error: null, isPending: false, dataUpdatedAt: row.startedMs, refetch: () => undefined }}
          file={`${row.address.type}-${row.address.id}-fails`}
          description={words.testAbout}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
