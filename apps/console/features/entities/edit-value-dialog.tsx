/**
 * EditValueDialog: a value edited as text for its type or as base64, checked while typing, shown as a diff before it is saved.
 * When the live value moves on meanwhile, it says so and shows both, and nothing is overwritten by surprise.
 */
"use client";
import { useState, type ReactElement } from "react";
import { isJsonType, looksInvalid } from "../../values/value-input.ts";
import type { ValueView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DiffView } from "../../ui/diff-view.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { StatusWord } from "../../ui/status-word.tsx";

export type EditedValue = { typename: string; text: string } | { typename: string; base64: string };

export interface EditValueDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  what: "value" | "message";
  current: ValueView;
  confirmLabel: string;
  pending: boolean;
  error: unknown;
  onSave: (value: EditedValue) => void;
}

export function EditValueDialog(props: EditValueDialogProps): ReactElement {
  return props.open ? <OpenDialog {...props} /> : <></>;
}

function OpenDialog({
  open,
  onOpenChange,
  title,
  what,
  current,
  confirmLabel,
  pending,
  error,
  onSave,
}: EditValueDialogProps): ReactElement {
  const [base, setBase] = useState(current);
  const [mode, setMode] = useState<"text" | "base64">(base.as === "bytes" || base.as === "absent" ? "base64" : "text");
  const [text, setText] = useState(base.text);
  const [base64, setBase64] = useState(base.base64);
  const [step, setStep] = useState<"edit" | "check">("edit");
  const moved = current.base64 !== base.base64 || current.typename !== base.typename;
  const edited = mode === "text" ? text : base64;
  const before = mode === "text" ? base.text : base.base64;
  const json = mode === "text" && (base.as === "json" || isJsonType(base.typename));
  const invalid =
    mode === "text"
      ? looksInvalid(base.typename, text, base.as)
      : /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)
        ? null
        : "This is not base64: use A–Z a–z 0–9 + / and = at the end.";
  const changed = edited !== before;

  function save(): void {
    onSave(mode === "text" ? { typename: base.typename, text } : { typename: base.typename, base64: base64.replace(/\s+/g, "") });
  }

  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={
        <>
          Type <span className="font-mono">{base.typename}</span>. The type stays; the {what} is replaced as a whole.
        </>
      }
      footer={
        step === "edit" ? (
          <>
            {invalid === null ? (
              <StatusWord tone={changed ? "message" : "quiet"} className="mr-auto text-[12px]">
                {changed ? "Modified" : "Not modified"}
              </StatusWord>
            ) : (
              <StatusWord tone="danger" className="mr-auto min-w-0 text-[12px] whitespace-normal">
                {invalid}
              </StatusWord>
            )}
            <Button onClick={() => onOpenChange(false)}>Keep as it is</Button>
            <Button tone="primary" disabled={!changed || invalid !== null} onClick={() => setStep("check")}>
              Review the change
            </Button>
          </>
        ) : (
          <>
            <Button className="mr-auto" onClick={() => setStep("edit")}>
              Back to the editor
            </Button>
            <Button tone="primary" pending={pending} disabled={moved} onClick={save}>
              {confirmLabel}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {moved ? (
          <div role="alert" className="flex flex-wrap items-center gap-3 rounded border border-line bg-caution-soft px-3 py-2 text-[13px]">
            <StatusWord tone="caution">The live {what} changed while you were editing.</StatusWord>
            <Button size="small" onClick={() => setBase(current)}>
              Compare with what is live now
            </Button>
          </div>
        ) : null}
        {step === "edit" ? (
          <>
            <Segmented
              label="Edit as"
              value={mode}
              onChange={setMode}
              options={[
                { value: "text", label: json ? "JSON" : "text", disabled: base.as === "bytes" },
                { value: "base64", label: "base64" },
              ]}
            />
            {mode === "text" ? (
              <CodeEditor
                className="h-72"
                label={`New ${what}`}
                language={json ? "json" : "text"}
                value={text}
                onChange={setText}
                onSubmit={() => changed && invalid === null && setStep("check")}
              />
            ) : (
              <CodeEditor className="h-72" label={`New ${what} in base64`} language="text" value={base64} onChange={setBase64} />
            )}
          </>
        ) : (
          <>
            <p className="text-[13px] text-quiet">
              Left: what is live. Right: what you are about to write. It shows in the entity's history as an act of a person.
            </p>
            <DiffView className="max-h-96" label={title} language={json ? "json" : "text"} before={before} after={edited} />
          </>
        )}
        {error === null || error === undefined ? null : <ErrorState inline error={error} />}
      </div>
    </Dialog>
  );
}
