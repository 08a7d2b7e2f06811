/** BodyEditor: the editor that fits the value type: text, a scalar, JSON, or raw bytes in base64. */
"use client";
import { useState, type ReactElement } from "react";
import { builtInOf } from "../../values/value-input.ts";
import { parseJson, toPretty } from "../../values/json-node.ts";
import { Button } from "../../ui/button.tsx";
import { CodeEditor } from "../../ui/editor/code-editor.tsx";
import { Input, Textarea } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { Select } from "../../ui/form/select.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { SchemaForm } from "./schema-form.tsx";
import { bodyKind, bodyWarning, type Draft } from "./message-body.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

const placeholders: Record<string, string> = { int: "42", long: "9007199254740993", float: "1.5", double: "1.5", bool: "true" };

const truths = [
  { value: "true", label: "true" },
  { value: "false", label: "false" },
];

export interface BodyEditorProps {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
  onSubmit: () => void;
}

export function BodyEditor({ draft, onChange, onSubmit }: BodyEditorProps): ReactElement {
  const words = useSendWords();
  const [form, setForm] = useState(false);
  const kind = bodyKind(draft.valueType);
  const warning = bodyWarning(draft);
  const document = kind === "json" && !draft.raw ? parseJson(draft.body) : null;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="text-[12px] text-quiet">{words.body.title}</span>
        <span className="flex items-center gap-2">
          {document !== null && (document.kind === "object" || document.kind === "array") ? (
            <Button size="small" tone="ghost" onClick={() => onChange({ body: toPretty(document) })}>
              {words.body.format}
            </Button>
          ) : null}
          <Segmented
            small
            label={words.body.as}
            value={draft.raw ? "raw" : form && kind === "json" ? words.body.form : "typed"}
            onChange={(value) => {
              setForm(value === "form");
              if ((value === "raw") !== draft.raw) onChange({ raw: value === "raw", body: "" });
            }}
            options={[
              { value: "typed", label: kind === "json" ? words.body.json : (builtInOf(draft.valueType) ?? words.body.typed) },
              ...(kind === "json" ? [{ value: "form", label: words.body.form }] : []),
              { value: "raw", label: words.body.raw },
            ]}
          />
        </span>
      </div>
      {form && kind === "json" && !draft.raw ? (
        <SchemaForm draft={draft} onChange={onChange} />
      ) : (
        <BodyInput draft={draft} onChange={onChange} onSubmit={onSubmit} />
      )}
      {warning === null ? null : (
        <StatusWord tone="caution" className="text-[12px] whitespace-normal">
          {words.body[warning]}
        </StatusWord>
      )}
    </div>
  );
}

function BodyInput({ draft, onChange, onSubmit }: BodyEditorProps): ReactElement {
  const words = useSendWords();
  const kind = bodyKind(draft.valueType);
  const builtIn = builtInOf(draft.valueType);
  const setBody = (body: string): void => onChange({ body });
  if (draft.raw)
    return (
      <Textarea
        mono
        aria-label={words.body.inBase64}
        className="min-h-32"
        placeholder="AAECAw=="
        value={draft.body}
        onChange={(event) => setBody(event.target.value)}
      />
    );
  if (kind === "string")
    return (
      <Textarea
        mono
        aria-label={words.body.title}
        className="min-h-32"
        placeholder={words.body.anyText}
        value={draft.body}
        onChange={(event) => setBody(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit();
        }}
      />
    );
  if (builtIn === "bool")
    return <Select label={words.body.title} mono value={draft.body === "" ? null : draft.body} options={truths} onChange={setBody} />;
  if (kind === "scalar")
    return (
      <Input
        mono
        aria-label={words.body.title}
        placeholder={placeholders[builtIn ?? ""] ?? ""}
        value={draft.body}
        onChange={(event) => setBody(event.target.value)}
      />
    );
  return <CodeEditor className="h-56" language="json" label={words.body.title} value={draft.body} onChange={setBody} onSubmit={onSubmit} />;
}
