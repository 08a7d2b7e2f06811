/**
 * WhyItWaits: the sentence that says why something waits, with its action beside it. Neighbour: wait-words.ts has the words.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView, WaitReasonView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { useWords } from "../../words/use-words.ts";
import { useWaitingWords } from "../../words/waiting/use-waiting-words.ts";
import { waitWords, type WaitLever } from "./wait-words.ts";

export interface WaitingView {
  address: AddressView;
  waitReason: WaitReasonView | null;
}

/** The sentence without buttons, because the page has them elsewhere; a link stays. */
export function WaitSentence({ of: { address, waitReason } }: { of: WaitingView }): ReactElement {
  const words = useWaitingWords();
  const { ages } = useWords();
  const nowMs = useNow();
  if (waitReason === null) return <>{words.nothing}</>;
  const { sentence, lever } = waitWords(waitReason, { address, nowMs, words, ages });
  return (
    <>
      <span suppressHydrationWarning>{sentence}</span>
      {lever?.kind === "link" ? (
        <>
          {" "}
          <Link className="text-message underline" href={lever.href}>
            {lever.label}
          </Link>
        </>
      ) : null}
    </>
  );
}

/** The state, the sentence and the action, for lists of what waits. */
export function WaitLine({ of }: { of: WaitingView }): ReactElement {
  const words = useWaitingWords();
  const { ages } = useWords();
  const nowMs = useNow();
  if (of.waitReason === null) return <p className="text-quiet">{words.nothing}</p>;
  const { tone, word, sentence, lever } = waitWords(of.waitReason, { address: of.address, nowMs, words, ages });
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
      <StatusWord tone={tone} className="font-medium">
        {word}
      </StatusWord>
      <p className="min-w-0 flex-1 basis-64 break-words text-quiet" suppressHydrationWarning>
        {sentence}
      </p>
      {lever === null ? null : <Lever lever={lever} address={of.address} />}
    </div>
  );
}

function Lever({ lever, address }: { lever: WaitLever; address: AddressView }): ReactElement {
  const words = useWaitingWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const act = useMutation(
    trpc.entities.act.mutationOptions({
      onSuccess: async (_result, { action }) => {
        toast(action === "resume" ? words.resumed : words.triedAgain, { description: `${address.type}/${address.id}` });
        await queryClient.invalidateQueries();
      },
    }),
  );
  if (lever.kind === "link")
    return (
      <Button asChild size="small">
        <Link href={lever.href}>{lever.label}</Link>
      </Button>
    );
  return (
    <>
      <CapabilityButton
        needs="entity-actions"
        operation="entities.act"
        of={address.type}
        size="small"
        pending={act.isPending}
        onClick={() => act.mutate({ ...address, action: lever.action })}
      >
        {lever.label}
      </CapabilityButton>
      {act.error === null ? null : <ErrorState inline error={act.error} />}
    </>
  );
}
