/**
 * Send: compose a message, send it once or many times, follow what it caused. Address and value type stand in the URL, so any page can
 * lead here prefilled. Saved and recent messages fill the form again.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { FormEvent, ReactElement } from "react";
import { counted } from "../../format/numbers.ts";
import { originUrlOf } from "../../shell/base-path.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Kbd } from "../../ui/text/kbd.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { BodyEditor } from "./body-editor.tsx";
import { DescriptorSets } from "./descriptor-sets.tsx";
import { SavedMessages } from "./saved-messages.tsx";
import { curlOf, draftProblem, type Draft } from "./message-body.ts";
import { MessageFields } from "./message-fields.tsx";
import { SendResult } from "./send-result.tsx";
import { useDraft } from "./use-draft.ts";
import { useSend } from "./use-send.ts";

function NotSent({ error, type, onAgain }: { error: unknown; type: string; onAgain: () => void }): ReactElement | null {
  if (error === null || error === undefined) return null;
  const { offline, code } = problemOf(error);
  if (offline || code === "NO_ANSWER") return <NotConfirmed offline={offline} onAgain={onAgain} />;
  return (
    <div className="flex flex-col items-start gap-2">
      <ErrorState inline className="w-full" error={error} what="Not sent" />
      {problemOf(error).code === "UNKNOWN_FUNCTION_TYPE" ? (
        <Button asChild>
          <Link href={`/functions/register?functions=${encodeURIComponent(type)}`}>Register an endpoint for {type}</Link>
        </Button>
      ) : null}
    </div>
  );
}

/** Nothing came back: nobody can say that it was sent, and it is not lost either. */
function NotConfirmed({ offline, onAgain }: { offline: boolean; onAgain: () => void }): ReactElement {
  return (
    <div role="alert" className="flex flex-col items-start gap-1.5 rounded border border-line-strong bg-caution-soft px-3 py-2 text-[13px]">
      <StatusWord tone="caution" className="font-medium">
        {offline ? "Not sent: the gateway does not answer" : "Not confirmed: no answer in time"}
      </StatusWord>
      <p>
        Your message is kept here as you wrote it. Send it again when the gateway answers: if it had arrived all the same, it counts once.
      </p>
      <Button size="small" onClick={onAgain}>
        Send again
      </Button>
    </div>
  );
}

function sendLabel(draft: Draft): string {
  if (draft.count > 1) return `Send ${counted(draft.count, "message", "messages")}`;
  return `Send to ${draft.type === "" ? "…" : draft.type}${draft.id === "" ? "" : `/${draft.id}`}`;
}

export function SendPage(): ReactElement {
  const trpc = useTRPC();
  const { draft, change } = useDraft();
  const types = useQuery(trpc.entities.types.queryOptions());
  const descriptors = useQuery(trpc.descriptors.list.queryOptions());
  const send = useSend();

  const problem = draftProblem(draft);
  function submit(event?: FormEvent): void {
    event?.preventDefault();
    if (problem === null && !send.pending) send.run(draft);
  }

  return (
    <>
      <PageHeader
        title="Send"
        note="a message from outside, as any ingress would"
        actions={problem === null ? <CopyButton text={() => curlOf(draft, originUrlOf(""))}>Copy as curl</CopyButton> : undefined}
      />
      <PageBody>
        <div className="grid gap-6 p-4 wide:grid-cols-[minmax(0,640px)_minmax(280px,1fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <form onSubmit={submit} className="flex flex-col gap-4">
              <MessageFields draft={draft} change={change} types={types.data ?? []} sets={descriptors.data ?? []} />
              <BodyEditor draft={draft} onChange={change} onSubmit={submit} />
              <div className="flex flex-wrap items-center gap-3">
                <CapabilityButton
                  needs="messages"
                  operation="send.message"
                  of={draft.type}
                  type="submit"
                  tone="primary"
                  disabled={problem !== null}
                  pending={send.pending}
                  className="max-w-full"
                >
                  <span className="truncate">{sendLabel(draft)}</span>
                </CapabilityButton>
                <span role="status" className="text-[12px] text-quiet">
                  {problem ?? (
                    <>
                      or <Kbd>ctrl Enter</Kbd> in the body
                    </>
                  )}
                </span>
              </div>
            </form>
            <NotSent error={send.error} type={draft.type} onAgain={submit} />
            {send.result === null ? null : <SendResult result={send.result} />}
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            <SavedMessages draft={draft} sendable={problem === null} onFill={change} />
            <DescriptorSets query={descriptors} />
          </div>
        </div>
      </PageBody>
    </>
  );
}
