/**
 * EditValueDialog: a value edited as text for its type or as base64, checked while typing, shown as a diff before it is saved. When the
 * live value changes meanwhile, three versions are shown and the person chooses, so nothing is overwritten by surprise. An edit of state
 * asks for a reason before it is written. Neighbours: three-way-view.tsx, reason-field.tsx.
 */
"use client";
import { useState, type ReactElement } from "react";
import { isJsonType, looksInvalid } from "../../values/value-input.ts";
import type { ValueView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { CodeEditor } from "../../ui/editor/code-editor.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { DiffView } from "../../ui/editor/diff-view.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import type { ThreeTexts } from "../../values/three-way.ts";
import { isReason, ReasonField } from "./reason-field.tsx";
import { ThreeWayView } from "./three-way-view.tsx";
import { useValuesWords } from "../../words/values/use-values-words.ts";
import type { ValuesWords } from "../../words/values/en.ts";
import { useStagedWords } from "../../words/staged/use-staged-words.ts";

export type EditedValue = { typename: string; text: string } | { typename: string; base64: string };

export interface EditValueDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  what: "value" | "message";
  current: ValueView;
  /** For a state value: the version with which `current` is compared when it is written, after a reason was given. */
  version?: string;
  confirmLabel: string;
  pending: boolean;
  error: unknown;
  onSave: (value: EditedValue, terms: EditTerms) => void;
  /** For a state value: keeps the edit, to be written together with others. */
  onStage?: (value: EditedValue, began: { base: ValueView; version: string }) => void;
}

export interface EditTerms {
  reason: string;
  /** The version of the value that the edit began with. */
  ifVersion: string | undefined;
}

export function EditValueDialog(props: EditValueDialogProps): ReactElement {
  return props.open ? <OpenDialog {...props} /> : <></>;
}

interface Edited {
  /** The value that the edit began with. */
  base: ValueView;
  baseVersion: string | undefined;
  mode: EditMode;
  text: string;
  base64: string;
}

type EditMode = "text" | "base64";
type EditChange = (change: Partial<Edited>) => void;

interface EditFacts {
  json: boolean;
  before: string;
  after: string;
  changed: boolean;
  /** Why the text cannot be a value of its type; null when it can. */
  invalid: string | null;
}

function factsOf({ base, mode, text, base64 }: Edited, words: ValuesWords): EditFacts {
  const before = mode === "text" ? base.text : base.base64;
  const after = mode === "text" ? text : base64;
  const json = mode === "text" && (base.as === "json" || isJsonType(base.typename));
  return {
    json,
    before,
    after,
    changed: before !== after,
    invalid: mode === "text" ? looksInvalid(base.typename, text, base.as) : isBase64(base64) ? null : words.edit.notBase64,
  };
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text);
}

function valueOf({ base: { typename }, mode, text, base64 }: Edited): EditedValue {
  return mode === "text" ? { typename, text } : { typename, base64: base64.replace(/\s+/g, "") };
}

/** Begins the edit with the live value. */
function editOf({ current, version }: Pick<EditValueDialogProps, "current" | "version">): Edited {
  return {
    base: current,
    baseVersion: version,
    mode: current.as === "bytes" || current.as === "absent" ? "base64" : "text",
    text: current.text,
    base64: current.base64,
  };
}

function textsOf({ base, mode, text, base64 }: Edited, current: ValueView): ThreeTexts {
  return mode === "text"
    ? { base: base.text, theirs: current.text, mine: text }
    : { base: base.base64, theirs: current.base64, mine: base64 };
}

function OpenDialog(props: EditValueDialogProps): ReactElement {
  const words = useValuesWords();
  const { open, onOpenChange, title, what, current, version, confirmLabel, pending, error, onSave, onStage } = props;
  const [edited, setEdited] = useState<Edited>(() => editOf(props));
  const [step, setStep] = useState<"edit" | "check">("edit");
  const [reason, setReason] = useState("");
  const change: EditChange = (part) => setEdited((before) => ({ ...before, ...part }));
  const { base } = edited;
  const facts = factsOf(edited, words);
  const moved = current.base64 !== base.base64 || current.typename !== base.typename;
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={
        <>
          {words.edit.type} <span className="font-mono">{base.typename}</span>
          {words.edit.stays[what]}
        </>
      }
      footer={
        step === "edit" ? (
          <EditFooter facts={facts} onKeep={() => onOpenChange(false)} onReview={() => setStep("check")} />
        ) : (
          <>
            <Button className="mr-auto" onClick={() => setStep("edit")}>
              {words.edit.back}
            </Button>
            {onStage === undefined || edited.baseVersion === undefined ? null : (
              <StageButton disabled={moved} onClick={() => onStage(valueOf(edited), { base, version: edited.baseVersion ?? "" })} />
            )}
            <Button
              tone="primary"
              pending={pending}
              disabled={moved || (version !== undefined && !isReason(reason))}
              onClick={() => onSave(valueOf(edited), { reason: reason.trim(), ifVersion: edited.baseVersion })}
            >
              {confirmLabel}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {moved ? (
          <ThreeWayView
            what={what}
            texts={textsOf(edited, current)}
            onTakeTheirs={() => {
              setEdited(editOf(props));
              setStep("edit");
            }}
            onKeepMine={() => change({ base: current, baseVersion: version })}
          />
        ) : null}
        {step === "edit" ? (
          <ValueEditor what={what} edited={edited} facts={facts} onChange={change} onReview={() => setStep("check")} />
        ) : (
          <>
            {moved ? null : <Review title={title} facts={facts} />}
            {version === undefined ? null : <ReasonField reason={reason} onChange={setReason} />}
          </>
        )}
        {error === null || error === undefined ? null : <ErrorState inline error={error} />}
      </div>
    </Dialog>
  );
}

export function StageButton({ disabled = false, onClick }: { disabled?: boolean; onClick: () => void }): ReactElement {
  const words = useStagedWords();
  return (
    <Button title={words.stageTitle} disabled={disabled} onClick={onClick}>
      {words.stage}
    </Button>
  );
}

function Review({ title, facts }: { title: string; facts: EditFacts }): ReactElement {
  const words = useValuesWords();
  return (
    <>
      <p className="text-[13px] text-quiet">{words.edit.review}</p>
      <DiffView className="max-h-96" label={title} language={facts.json ? "json" : "text"} before={facts.before} after={facts.after} />
    </>
  );
}

function EditFooter({ facts, onKeep, onReview }: { facts: EditFacts; onKeep: () => void; onReview: () => void }): ReactElement {
  const words = useValuesWords();
  const { changed, invalid } = facts;
  return (
    <>
      {invalid === null ? (
        <StatusWord tone={changed ? "message" : "quiet"} className="mr-auto text-[12px]">
          {changed ? words.edit.modified : words.edit.notModified}
        </StatusWord>
      ) : (
        <StatusWord tone="danger" className="mr-auto min-w-0 text-[12px] whitespace-normal">
          {invalid}
        </StatusWord>
      )}
      <Button onClick={onKeep}>{words.edit.keep}</Button>
      <Button tone="primary" disabled={!changed || invalid !== null} onClick={onReview}>
        {words.edit.reviewIt}
      </Button>
    </>
  );
}

interface ValueEditorProps {
  what: EditValueDialogProps["what"];
  edited: Edited;
  facts: EditFacts;
  onChange: EditChange;
  onReview: () => void;
}

function ValueEditor({ what, edited, facts, onChange, onReview }: ValueEditorProps): ReactElement {
  const words = useValuesWords();
  const { base, mode, text, base64 } = edited;
  return (
    <>
      <Segmented
        label={words.edit.as}
        value={mode}
        onChange={(next) => onChange({ mode: next })}
        options={[
          { value: "text", label: facts.json ? "JSON" : words.edit.text, disabled: base.as === "bytes" },
          { value: "base64", label: "base64" },
        ]}
      />
      {mode === "text" ? (
        <CodeEditor
          className="h-72"
          label={words.edit.new[what]}
          language={facts.json ? "json" : "text"}
          value={text}
          onChange={(next) => onChange({ text: next })}
          onSubmit={() => facts.changed && facts.invalid === null && onReview()}
        />
      ) : (
        <CodeEditor
          className="h-72"
          label={words.edit.newBase64[what]}
          language="text"
          value={base64}
          onChange={(next) => onChange({ base64: next })}
        />
      )}
    </>
  );
}
