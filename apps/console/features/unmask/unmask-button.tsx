/**
 * UnmaskButton: beside a masked value; for a reason it shows the value unmasked, in its dialog and nowhere else, and forgets it when that
 * is closed. It shows nothing when the value is not masked.
 */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useMayUnmask } from "../../identity/use-may-unmask.ts";
import type { ValueView as Value } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { ReasonButton } from "../../ui/reason-button.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { useValuesWords } from "../../words/values/use-values-words.ts";

/** Returns the context of a call that gives a reason. */
export const because = (reason: string): { readonly context: { readonly unmask: string } } => ({ context: { unmask: reason } });

export interface UnmaskButtonProps {
  readonly value: Value;
  /** The name of the value in its place. */
  readonly title: string;
  /** A function type; when absent, the right is needed in all namespaces. */
  readonly of?: string;
  /** Null when the value is gone meanwhile. */
  readonly read: (reason: string) => Promise<Value | null>;
}

export function UnmaskButton({ value, title, of, read }: UnmaskButtonProps): ReactElement | null {
  const words = useValuesWords();
  const [asking, setAsking] = useState(false);
  const why = useMayUnmask(of);
  if (value.masked === undefined) return null;
  return (
    <>
      <ReasonButton reason={why} size="small" tone="ghost" onClick={() => setAsking(true)}>
        {words.unmask.show}
      </ReasonButton>
      {asking ? <Shown title={title} read={read} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function Shown({ title, read, onClose }: Pick<UnmaskButtonProps, "title" | "read"> & { onClose: () => void }): ReactElement {
  const words = useValuesWords();
  const shown = useMutation({ mutationFn: read, gcTime: 0 });
  return (
    <ReasonDialog
      title={words.unmask.title(title)}
      action={words.unmask.showIt}
      pending={shown.isPending}
      onReason={(reason) => shown.mutate(reason)}
      onClose={onClose}
    >
      {shown.error === null ? null : <ErrorState inline error={shown.error} />}
      {shown.data === undefined ? null : shown.data === null ? (
        <p className="text-[13px] text-quiet">{words.unmask.gone}</p>
      ) : (
        <ValueView value={shown.data} title={title} />
      )}
    </ReasonDialog>
  );
}
