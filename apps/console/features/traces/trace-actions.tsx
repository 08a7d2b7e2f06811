/**
 * TraceActions: what can be made from a trace: the request that began it as curl, the same message again, a test.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import { parseAsInteger, useQueryState } from "nuqs";
import { useState, type ReactElement } from "react";
import { useCurl } from "../../identity/use-curl.ts";
import { originUrlOf } from "../../shell/base-path.ts";
import { PageAction, PageLinkAction } from "../../shell/page-action.tsx";
import type { TraceDetail } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ReasonButton } from "../../ui/reason-button.tsx";
import { copyAndSay } from "../../ui/text/copy-and-say.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { curlOf } from "../send/message-body.ts";
import { sendAgainHref } from "../send/send-again.ts";
import { CompareDialog } from "./compare-dialog.tsx";
import { ExportTestDialog } from "./export-test-dialog.tsx";
import { draftOf, firstMessage } from "./story-draft.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";

export function TraceActions({ detail }: { detail: TraceDetail }): ReactElement {
  const { actions: words } = useStoryWords();
  const asCurl = useCurl();
  const [asking, setAsking] = useState<"test" | "compare" | null>(null);
  const [, setBeside] = useQueryState("with", parseAsInteger);
  const first = firstMessage(detail);
  const draft = first === undefined ? undefined : draftOf(first);
  const missing = first === undefined ? words.firstOlder : draft === undefined ? words.onlySizes : null;
  const curl = draft === undefined ? null : (): string => asCurl(curlOf(draft, originUrlOf("")));
  return (
    <>
      <PageAction label={words.compareOther} run={() => setAsking("compare")} />
      <PageAction label={words.exportTest} reason={missing} run={() => setAsking("test")} />
      <PageAction
        label={words.copyCurl}
        reason={missing}
        run={() => (curl === null ? undefined : void copyAndSay(curl(), words.curlCopied))}
      />
      {first === undefined || draft === undefined ? null : (
        <PageLinkAction label={words.sendItsAgain} to={sendAgainHref(first.target, first.value)} />
      )}
      {first === undefined || draft === undefined ? null : (
        <Button asChild size="small">
          <Link href={sendAgainHref(first.target, first.value)}>{words.sendAgain}</Link>
        </Button>
      )}
      <Button size="small" onClick={() => setAsking("compare")}>
        {words.compare}
      </Button>
      <ReasonButton reason={missing} size="small" onClick={() => setAsking("test")}>
        {words.export}
      </ReasonButton>
      {curl === null ? null : <CopyButton text={curl}>{words.copyCurl}</CopyButton>}
      {asking === "test" ? <ExportTestDialog detail={detail} onClose={() => setAsking(null)} /> : null}
      {asking === "compare" ? (
        <CompareDialog
          trace={detail.trace}
          first={first}
          onChoose={(other) => {
            setAsking(null);
            void setBeside(other, { history: "push" });
          }}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}
