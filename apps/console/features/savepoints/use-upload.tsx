/**
 * useUpload: uploads a savepoint file from the person's machine: the button that chooses it, its progress, and what was refused.
 * Neighbour: savepoints-page.tsx shows both parts. The file is registered once the gateway checked it; until then nothing has changed.
 */
"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type ReactElement } from "react";
import { bytes } from "../../format/numbers.ts";
import { urlOf } from "../../shell/base-path.ts";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { readId, sendFile } from "./send-file.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

type Progress =
  | { readonly kind: "none" }
  | { readonly kind: "sending"; readonly file: File; readonly share: number; readonly stop: AbortController }
  | { readonly kind: "refused"; readonly name: string; readonly error: unknown };

export interface Upload {
  readonly button: ReactElement;
  readonly progress: ReactElement | null;
}

export function useUpload(onUploaded: (id: string) => void): Upload {
  const words = useSavepointsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<Progress>({ kind: "none" });

  const send = async (file: File): Promise<void> => {
    const stop = new AbortController();
    const tell = (share: number): void => setState({ kind: "sending", file, share, stop });
    tell(0);
    try {
      const id = await sendFile({ url: urlOf("/v1/savepoints"), file, onProgress: tell, signal: stop.signal, read: readId });
      setState({ kind: "none" });
      toast(words.upload.done(file.name), { description: words.upload.doneAbout });
      await queryClient.invalidateQueries(trpc.savepoints.pathFilter());
      onUploaded(id);
    } catch (error) {
      setState(stop.signal.aborted ? { kind: "none" } : { kind: "refused", name: file.name, error });
    }
  };

  const button = (
    <>
      <input
        ref={input}
        type="file"
        aria-label={words.upload.file}
        className="sr-only"
        tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          // The same file may be chosen again after it was repaired.
          currentTarget.value = "";
          if (file !== undefined) void send(file);
        }}
      />
      <CapabilityButton
        needs="savepoints"
        operation="savepoints.upload"
        action={words.upload.action}
        pending={state.kind === "sending"}
        onClick={() => input.current?.click()}
      >
        {words.upload.button}
      </CapabilityButton>
    </>
  );
  return { button, progress: <UploadProgress state={state} /> };
}

function UploadProgress({ state }: { state: Progress }): ReactElement | null {
  const words = useSavepointsWords();
  switch (state.kind) {
    case "none":
      return null;
    case "refused":
      return <ErrorState inline className="m-3" error={state.error} what={words.upload.refused(state.name)} />;
    case "sending": {
      const { file, share, stop } = state;
      const percent = Math.floor(share * 100);
      return (
        <div role="status" className="m-3 flex items-center gap-3 text-[13px]">
          <StatusWord tone="message">
            {share < 1 ? words.upload.sent(file.name, percent, bytes(file.size)) : words.upload.checks(file.name)}
          </StatusWord>
          <progress className="h-1.5 w-40" max={100} value={percent} aria-label={words.upload.sentOf(file.name)} />
          <Button size="small" onClick={() => stop.abort()}>
            {words.upload.stop}
          </Button>
        </div>
      );
    }
  }
}
