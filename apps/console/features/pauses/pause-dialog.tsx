/**
 * PauseDialog: for how long to pause something, and what that means. Neighbours: pause-lever.tsx (a type, an endpoint), entity-actions.tsx
 * (one entity).
 */
"use client";
import { useState, type ReactElement, type ReactNode } from "react";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { usePausesWords } from "../../words/pauses/use-pauses-words.ts";
import { pauseLengths, secondsOf, type PauseLength } from "./pause-words.ts";

export interface PauseDialogProps {
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pending: boolean;
  error: unknown;
  /** Null to pause until somebody resumes it. */
  onPause: (seconds: number | null) => void;
  children: ReactNode;
}

export function PauseDialog({ name, open, onOpenChange, pending, error, onPause, children }: PauseDialogProps): ReactElement {
  const words = usePausesWords();
  const [length, setLength] = useState<PauseLength>("3600");
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.title(name)}
      confirmLabel={words.pauseIt}
      pending={pending}
      onConfirm={() => onPause(secondsOf(length))}
      error={error === null ? null : <ErrorState inline error={error} />}
    >
      <p>{children}</p>
      <Segmented
        label={words.howLong}
        value={length}
        options={pauseLengths.map((value) => ({ value, label: words.lengths[value] }))}
        onChange={setLength}
      />
    </ConfirmDialog>
  );
}
