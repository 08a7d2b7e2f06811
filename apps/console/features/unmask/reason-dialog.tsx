/**
 * ReasonDialog: asks why a person wants to see masked values, before they are shown. The values come below the question.
 */
"use client";
import { useState, type ReactElement, type ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { useValuesWords } from "../../words/values/use-values-words.ts";

const reasonCharactersMin = 3;
const reasonCharactersMax = 500;

export interface ReasonDialogProps {
  readonly title: ReactNode;
  /** The button's text: "Show it". */
  readonly action: string;
  readonly pending?: boolean;
  readonly children?: ReactNode;
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
}

export function ReasonDialog({ title, action, pending = false, children, onReason, onClose }: ReasonDialogProps): ReactElement {
  const words = useValuesWords();
  const [reason, setReason] = useState("");
  const ready = reason.trim().length >= reasonCharactersMin && !pending;
  return (
    <Dialog
      open
      wide={children !== null && children !== undefined}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={title}
      description={words.unmask.about}
      footer={
        <>
          <Button onClick={onClose}>{words.unmask.close}</Button>
          <Button tone="primary" disabled={!ready} pending={pending} onClick={() => onReason(reason.trim())}>
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Field label={words.unmask.reason} hint={words.unmask.reasonHint}>
          {(control) => (
            <Input
              {...control}
              value={reason}
              maxLength={reasonCharactersMax}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && ready) onReason(reason.trim());
              }}
            />
          )}
        </Field>
        {children}
      </div>
    </Dialog>
  );
}
