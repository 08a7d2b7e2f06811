/**
 * CallAnswer: what the function sent back to its caller; or that nothing has come yet, with a way to ask again; or why nothing will come
 * until a person acts.
 */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { ValueView } from "../../values/value-view.tsx";
import type { CallOutcome } from "./use-send.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

const WAIT_MS = 10_000;

export function CallAnswer({ call, target }: { call: CallOutcome; target: AddressView }): ReactElement {
  const words = useSendWords();
  const { data, mutate, isPending, error } = useMutation(useTRPC().send.answer.mutationOptions());
  const { messageId } = call;
  const outcome = data ?? call;
  useEffect(() => {
    if (call.answer === null && call.parked === null) mutate({ type: target.type, id: target.id, messageId, waitMs: WAIT_MS });
  }, [call, target.type, target.id, messageId, mutate]);
  if (outcome.answer !== null) return <ValueView value={outcome.answer} title={words.result.answer} />;
  return (
    <div className="flex flex-col items-start gap-2">
      {outcome.parked === null ? (
        <StatusWord tone="message">{words.result.noAnswerYet(grouped(messageId))}</StatusWord>
      ) : (
        <>
          <StatusWord tone="danger" className="items-baseline break-words whitespace-normal">
            <span>
              {words.result.noAnswer} <span lang="en">{outcome.parked.detail}</span>
            </span>
          </StatusWord>
          <p lang="en" className="text-quiet">
            {outcome.parked.cure}
          </p>
        </>
      )}
      {error === null ? null : <ErrorState inline error={error} />}
      <Button size="small" pending={isPending} onClick={() => mutate({ type: target.type, id: target.id, messageId, waitMs: WAIT_MS })}>
        {words.result.waitOn}
      </Button>
    </div>
  );
}
