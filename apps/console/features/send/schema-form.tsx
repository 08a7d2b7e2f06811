/**
 * SchemaForm: the document as fields, typed as its type declares them or as their values are; what has no field of its own is edited as
 * JSON.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import { Checkbox, Field, Input } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";
import { fieldsOf, withField, type FormField } from "./form-shape.ts";
import type { Draft } from "./message-body.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

export interface SchemaFormProps {
  draft: Draft;
  onChange: (change: Partial<Draft>) => void;
}

export function SchemaForm({ draft, onChange }: SchemaFormProps): ReactElement {
  const words = useSendWords();
  const shape = useQuery(useTRPC().descriptors.shape.queryOptions({ typename: draft.valueType }, { enabled: draft.valueType !== "" }));
  const fields = fieldsOf(draft.body, shape.data ?? null);
  if (fields === undefined)
    return (
      <p className="rounded border border-line px-3 py-2 text-[13px] text-quiet">
        {words.body.noFields(draft.valueType || words.body.itsType)}
      </p>
    );
  return (
    <div className="grid gap-3 rounded border border-line p-3 room:grid-cols-2">
      {fields.length === 0 ? <p className="text-[13px] text-quiet">{words.body.empty}</p> : null}
      {fields.map((field) => (
        <OneField
          key={field.label}
          field={field}
          onWrite={(value) => onChange({ body: withField(draft.body.trim() === "" ? "{}" : draft.body, field.path, value) })}
        />
      ))}
      <p className="text-[12px] text-quiet room:col-span-2">
        {shape.data === null || shape.data === undefined ? words.body.noDescriptor : words.body.descriptor}
      </p>
    </div>
  );
}

function OneField({ field, onWrite }: { field: FormField; onWrite: (value: unknown) => void }): ReactElement {
  const words = useSendWords();
  const { label, shape, value } = field;
  const hint = shape.note;
  switch (shape.kind) {
    case "boolean":
      return <Checkbox label={label} checked={value === true} onChange={(event) => onWrite(event.target.checked)} />;
    case "enum":
      return (
        <Field label={label} hint={hint}>
          {(control) => (
            <Select
              {...control}
              mono
              value={typeof value === "string" ? value : null}
              options={(shape.choices ?? []).map((choice) => ({ value: choice, label: choice }))}
              onChange={onWrite}
            />
          )}
        </Field>
      );
    case "number":
      return (
        <Field label={label} hint={hint} error={typeof value === "string" && !value.includes("{") ? words.body.notNumber : null}>
          {(control) => <Input {...control} mono value={textOf(value)} onChange={(event) => onWrite(numberOf(event.target.value))} />}
        </Field>
      );
    case "string":
      return (
        <Field label={label} hint={hint}>
          {(control) => (
            <Input
              {...control}
              value={textOf(value)}
              onChange={(event) => onWrite(event.target.value === "" ? undefined : event.target.value)}
            />
          )}
        </Field>
      );
    case "array":
    case "object":
    case "any":
      return (
        <Field label={`${label}, JSON`} hint={hint}>
          {(control) => <JsonField {...control} value={value} onWrite={onWrite} />}
        </Field>
      );
  }
}

/** Written once the text is a document again. */
function JsonField({ value, onWrite, ...control }: { value: unknown; onWrite: (value: unknown) => void; id: string }): ReactElement {
  const text = value === undefined ? "" : JSON.stringify(value);
  return (
    <Input
      {...control}
      key={text}
      mono
      defaultValue={text}
      onBlur={(event) => {
        const typed = event.target.value.trim();
        if (typed === text) return;
        try {
          onWrite(typed === "" ? undefined : JSON.parse(typed));
        } catch {
          event.target.value = text;
        }
      }}
    />
  );
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

/** A text that is no number stays as it was typed, so that `{n}` and variables are possible. */
function numberOf(text: string): unknown {
  if (text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
