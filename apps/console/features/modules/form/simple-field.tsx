/**
 * SimpleField: one text, number, duration, choice or yes-or-no of a component, with its meaning, its default and its errors. What is typed
 * goes into the text at once; an emptied field is removed from the text when it loses the focus, so that typing again keeps the line and
 * its comment.
 */
"use client";
import { useState, type ReactElement, type ReactNode } from "react";
import { Combobox } from "../../../ui/form/combobox.tsx";
import { Field, Input, Textarea } from "../../../ui/form/field.tsx";
import { Select } from "../../../ui/form/select.tsx";
import { Told } from "../../../ui/text/told.tsx";
import type { FormContext } from "./component-fields.tsx";
import { placeKey, type FormErrors } from "./form-errors.ts";
import type { FieldShape, FormField } from "./form-shape.ts";
import type { FormPath, FormWrite } from "./module-document.ts";
import { useModuleFormWords } from "../../../words/module-form/use-module-form-words.ts";

export interface SimpleFieldProps {
  field: FormField;
  value: string | undefined;
  path: FormPath;
  context: FormContext;
}

export function SimpleField({ field, value, path, context }: SimpleFieldProps): ReactElement {
  const words = useModuleFormWords();
  const { shape, name, required, fallback, meaning } = field;
  const place = placeKey(context.index, path);
  const label = required ? words.needed(name) : name;
  const write = (text: string | undefined): void =>
    context.onEdits([text === undefined ? { kind: "remove", path } : { kind: "set", path, value: writtenAs(shape, text) }]);
  if (shape.kind === "choice" || shape.kind === "flag")
    return (
      <ChoiceField
        label={label}
        hint={<Told text={meaning} />}
        words={shape.kind === "choice" ? shape.words : ["true", "false"]}
        value={value === "" ? undefined : value}
        unset={required ? undefined : (fallback ?? words.notSet)}
        place={place}
        errors={context.errors}
        onChoose={write}
      />
    );
  const hint = (
    <>
      <Told text={meaning} />
      {field.secret === "by-reference" ? ` ${words.secret}` : null}
    </>
  );
  return (
    <div className="min-w-0" data-field={place}>
      <Field label={label} hint={hint} error={context.errors.get(place)?.join(" ") ?? null}>
        {(control) => (
          <TextInput
            {...control}
            value={value ?? ""}
            manyLines={shape.kind === "text" && shape.manyLines}
            placeholder={fallback}
            secrets={field.secret === undefined ? [] : context.secrets}
            onWrite={write}
          />
        )}
      </Field>
    </div>
  );
}

/** Writes the value as the check reads it: whole numbers and yes or no as such, everything else as a text. */
function writtenAs(shape: FieldShape, text: string): FormWrite {
  if (shape.kind === "integer" && /^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  if (shape.kind === "flag" && (text === "true" || text === "false")) return text === "true";
  return text;
}

export interface ChoiceFieldProps {
  label: string;
  hint?: ReactNode;
  words: readonly string[];
  value: string | undefined;
  /** What holds when nothing is chosen; undefined when a choice is required. */
  unset: string | undefined;
  place: string;
  errors: FormErrors;
  onChoose: (word: string | undefined) => void;
}

const unsetValue = "(unset)";

export function ChoiceField({ label, hint, words, value, unset, place, errors, onChoose }: ChoiceFieldProps): ReactElement {
  // The value may also be a variable, or another word that was typed in the text.
  const { default: byDefault } = useModuleFormWords();
  const known = value === undefined || words.includes(value) ? words : [...words, value];
  const options = known.map((word) => ({ value: word, label: word }));
  return (
    <div className="min-w-0" data-field={place}>
      <Field label={label} hint={hint} error={errors.get(place)?.join(" ") ?? null}>
        {(control) => (
          <Select
            {...control}
            mono
            value={value ?? (unset === undefined ? null : unsetValue)}
            options={unset === undefined ? options : [{ value: unsetValue, label: unset, detail: byDefault }, ...options]}
            onChange={(word) => onChoose(word === unsetValue ? undefined : word)}
          />
        )}
      </Field>
    </div>
  );
}

export interface TextInputProps {
  value: string;
  manyLines?: boolean;
  placeholder?: string | undefined;
  secrets: readonly string[];
  /** Undefined when nothing is in it any more. */
  onWrite: (text: string | undefined) => void;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: boolean | undefined;
}

export function TextInput({ value, manyLines = false, secrets, onWrite, ...control }: TextInputProps): ReactElement {
  const [emptied, setEmptied] = useState(false);
  const shown = emptied ? "" : value;
  function change(text: string): void {
    setEmptied(text === "");
    if (text !== "") onWrite(text);
  }
  function leave(): void {
    if (emptied && value !== "") onWrite(undefined);
    setEmptied(false);
  }
  return (
    <div className="min-w-0 flex-1" onBlur={leave}>
      {manyLines || value.includes("\n") ? (
        <Textarea {...control} mono rows={8} value={shown} onChange={(event) => change(event.target.value)} />
      ) : secrets.length > 0 ? (
        <Combobox {...control} mono value={shown} suggestions={secrets.map((name) => ({ value: name }))} onChange={change} />
      ) : (
        <Input {...control} mono value={shown} onChange={(event) => change(event.target.value)} />
      )}
    </div>
  );
}
