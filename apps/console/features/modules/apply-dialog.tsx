/**
 * ApplyDialog: what runs beside what would run, the list of what that changes, then one button that says it. It is used for applying what
 * is in the editor and for rolling back to a revision.
 */
"use client";
import type { ReactElement } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { DiffView } from "../../ui/editor/diff-view.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { ChangesList, summaryOf } from "./changes-list.tsx";
import { useModulePreview } from "./use-preview.ts";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";

export interface ApplyDialogProps {
  name: string;
  title: string;
  before: string;
  after: string;
  /** "Apply" or "Roll back": what the button begins with. */
  verb: string;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export function ApplyDialog({ name, title, before, after, verb, pending, error, onConfirm, onClose }: ApplyDialogProps): ReactElement {
  const { apply: words } = useModulesWords();
  const { preview, settled, error: previewError } = useModulePreview(name, { yaml: after, running: before });
  const known = settled && preview !== null;
  const summary = known ? summaryOf(preview.changes, words) : "";
  return (
    <Dialog
      wide
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={title}
      description={before === "" ? words.nothingRuns : words.sides}
      footer={
        <>
          {known && !preview.valid ? (
            <StatusWord tone="danger" className="mr-auto text-[12px]">
              {words.hasErrors}
            </StatusWord>
          ) : null}
          <Button onClick={onClose}>{words.keep}</Button>
          <Button tone="primary" disabled={!known || !preview.valid} pending={pending} onClick={onConfirm}>
            {summary === "" ? verb : `${verb}: ${summary}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <DiffView className="max-h-[46dvh]" label={title} language="yaml" before={before} after={after} />
        <section>
          <PartTitle>{words.changes}</PartTitle>
          {previewError !== null && previewError !== undefined ? (
            <ErrorState inline error={previewError} what={words.notKnown} />
          ) : known ? (
            <ChangesList changes={preview.changes} none={words.onlyText} />
          ) : (
            <Skeleton rows={2} label={words.working} />
          )}
        </section>
        {error === null || error === undefined ? null : <ErrorState inline error={error} what={words.notChanged} />}
      </div>
    </Dialog>
  );
}
