/**
 * Send: composes a message, sends it once or many times, and follows what it caused. The address and value type are in the URL, so any page
 * can lead here with them filled in. Saved and recent messages fill the form again.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useRouter } from "next/navigation";
import { useState, type FormEvent, type ReactElement } from "react";
import { useMissing } from "../../capability/use-missing.ts";
import { traceHref } from "../../shell/navigation.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Kbd } from "../../ui/text/kbd.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { Checkbox } from "../../ui/form/field.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { BodyEditor } from "./body-editor.tsx";
import { DescriptorSets } from "./descriptor-sets.tsx";
import { SavedMessages } from "./saved-messages.tsx";
import { CodePanel } from "./code-panel.tsx";
import { draftProblem, type Draft } from "./message-body.ts";
import { MessageFields } from "./message-fields.tsx";
import { SendResult } from "./send-result.tsx";
import { useDraft } from "./use-draft.ts";
import { useSendChoices } from "./send-choices.ts";
import { SequencePanel } from "./sequence-panel.tsx";
import { TemplateVariables } from "./template-variables.tsx";
import { useSend, type SendAnswer } from "./use-send.ts";
import { filled, unfilled, type VariableValues } from "./variables.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";
import type { SendWords } from "../../words/send/en.ts";

function NotSent({ error, type, onAgain }: { error: unknown; type: string; onAgain: () => void }): ReactElement | null {
  const words = useSendWords();
  if (error === null || error === undefined) return null;
  const { offline, code } = problemOf(error);
  if (offline || code === "NO_ANSWER") return <NotConfirmed offline={offline} onAgain={onAgain} />;
  return (
    <div className="flex flex-col items-start gap-2">
      <ErrorState inline className="w-full" error={error} what={words.notSent} />
      {problemOf(error).code === "UNKNOWN_FUNCTION_TYPE" ? (
        <Button asChild>
          <Link href={`/functions/register?functions=${encodeURIComponent(type)}`}>{words.registerFor(type)}</Link>
        </Button>
      ) : null}
    </div>
  );
}

/** Shown when no answer came: nobody knows whether it was sent, and the draft is not lost. */
function NotConfirmed({ offline, onAgain }: { offline: boolean; onAgain: () => void }): ReactElement {
  const words = useSendWords();
  return (
    <div role="alert" className="flex flex-col items-start gap-1.5 rounded border border-line-strong bg-caution-soft px-3 py-2 text-[13px]">
      <StatusWord tone="caution" className="font-medium">
        {offline ? words.silent : words.late}
      </StatusWord>
      <p>{words.kept}</p>
      <Button size="small" onClick={onAgain}>
        {words.sendAgain}
      </Button>
    </div>
  );
}

/** crypto.randomUUID exists only on https and localhost. */
function newUuid(): string {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte, index) => (index === 6 ? (byte & 15) | 64 : index === 8 ? (byte & 63) | 128 : byte).toString(16).padStart(2, "0"))
    .join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function sendLabel(draft: Draft, words: SendWords): string {
  if (draft.count > 1) return words.sendMany(draft.count);
  return words.sendTo(`${draft.type === "" ? "…" : draft.type}${draft.id === "" ? "" : `/${draft.id}`}`);
}

function problemOfTemplate(shown: Draft, open: readonly string[], words: SendWords): string | null {
  return open.length === 0 ? draftProblem(shown, words.problems) : words.fill(open.join(", "));
}

function AfterSending({ call, many }: { call: boolean; many: boolean }): ReactElement {
  const words = useSendWords();
  const { choices, choose } = useSendChoices();
  const missing = useMissing("answers");
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-2">
      <Checkbox
        label={words.waitAnswer}
        checked={call}
        disabled={many || missing !== null}
        onChange={(event) => choose({ call: event.target.checked })}
      />
      <Checkbox
        label={words.toTrace}
        checked={choices.toTrace && !call}
        disabled={call}
        onChange={(event) => choose({ toTrace: event.target.checked })}
      />
      {missing === null ? null : (
        <p className="w-full text-[13px] text-quiet">
          <span lang={missing.lang}>
            {missing.sentence} {missing.cure}
          </span>
        </p>
      )}
    </div>
  );
}

const sending = { needs: "messages", operation: "send.message" } as const;

export function SendPage(): ReactElement {
  const words = useSendWords();
  const trpc = useTRPC();
  const { draft, change } = useDraft();
  const types = useQuery(trpc.entities.types.queryOptions());
  const descriptors = useQuery(trpc.descriptors.list.queryOptions());
  const send = useSend();
  const router = useRouter();
  const { choices } = useSendChoices();
  const [variables, setVariables] = useState<VariableValues>({});
  const shown = filled(draft, { values: variables, uuid: () => "{{uuid}}", nowMs: 0 });
  const problem = problemOfTemplate(shown, unfilled(draft, variables), words);
  const call = useMissing("answers") === null && choices.call && draft.count === 1;
  function submit(event?: FormEvent): void {
    event?.preventDefault();
    if (problem !== null || send.pending) return;
    const whole = filled(draft, { values: variables, uuid: newUuid, nowMs: Date.now() });
    // A person who waits for an answer reads it here.
    const onSent = ({ trace, refusal }: SendAnswer): void =>
      choices.toTrace && !call && trace !== null && refusal === null ? router.push(traceHref(trace)) : undefined;
    send.run(whole, { call, onSent });
  }

  return (
    <>
      <PageHeader title={words.title} note={words.note} />
      <PageBody>
        <div className="grid gap-6 p-4 wide:grid-cols-[minmax(0,640px)_minmax(280px,1fr)]">
          <div className="flex min-w-0 flex-col gap-4">
            <form onSubmit={submit} className="flex flex-col gap-4">
              <MessageFields draft={draft} change={change} types={types.data ?? []} sets={descriptors.data ?? []} />
              <BodyEditor draft={draft} onChange={change} onSubmit={submit} />
              <TemplateVariables draft={draft} values={variables} onChange={setVariables} />
              <AfterSending call={call} many={draft.count > 1} />
              <div className="flex flex-wrap items-center gap-3">
                <CapabilityButton
                  {...sending}
                  action={words.action}
                  of={draft.type}
                  type="submit"
                  tone="primary"
                  disabled={problem !== null}
                  pending={send.pending}
                  className="max-w-full"
                >
                  <span className="truncate">{sendLabel(draft, words)}</span>
                </CapabilityButton>
                <span role="status" className="text-[12px] text-quiet">
                  {problem ?? (
                    <>
                      {words.or} <Kbd>ctrl Enter</Kbd> {words.inBody}
                    </>
                  )}
                </span>
              </div>
            </form>
            <NotSent error={send.error} type={draft.type} onAgain={submit} />
            {send.result === null ? null : <SendResult result={send.result} />}
            <SequencePanel draft={shown} problem={problem} />
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            {problem === null ? <CodePanel draft={shown} call={call} /> : null}
            <SavedMessages draft={draft} sendable={problem === null} onFill={change} />
            <DescriptorSets query={descriptors} />
          </div>
        </div>
      </PageBody>
    </>
  );
}
