/**
 * FieldGroup: the fields of one map, those that are needed or written first, the others behind one button; and fields that contain others:
 * maps, choices with fields, lists, named entries. Simple fields are in simple-field.tsx. Every change is an edit of the text at the
 * field's path.
 */
"use client";
import { useState, type ReactElement, type ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { Told } from "../../../ui/text/told.tsx";
import { cn } from "../../../ui/cn.ts";
import { Input } from "../../../ui/form/field.tsx";
import { placeKey, wordIn, type FormErrors } from "./form-errors.ts";
import { fieldsAt, type FieldShape, type FormField, type VariantsShape } from "./form-shape.ts";
import type { FormEdit, FormPath, FormValue, FormWrite } from "./module-document.ts";
import { ChoiceField, SimpleField, TextInput } from "./simple-field.tsx";
import { useModuleFormWords } from "../../../words/module-form/use-module-form-words.ts";

export interface FormContext {
  /** The index of the document. */
  index: number;
  errors: FormErrors;
  /** The names of secrets, as they are written in the text. */
  secrets: readonly string[];
  onEdits: (edits: readonly FormEdit[]) => void;
}

interface GroupProps {
  fields: readonly FormField[];
  value: FormValue | undefined;
  path: FormPath;
  /** True when the map is in the text, or must be, so that its required fields are required. */
  isThere: boolean;
  context: FormContext;
  className?: string;
}

export function FieldGroup({ fields, value, path, isThere, context, className }: GroupProps): ReactElement {
  const words = useModuleFormWords();
  const [open, setOpen] = useState(false);
  // A field that was shown once stays, because one that is emptied must not vanish while it is edited.
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const entries = value?.kind === "map" ? value.entries : undefined;
  const fresh = [...(entries?.keys() ?? [])].filter((name) => !seen.has(name));
  if (fresh.length > 0) setSeen(new Set([...seen, ...fresh]));
  const hasError = (name: string): boolean => context.errors.has(placeKey(context.index, [...path, name]));
  const shown = fields.filter((field) => open || (field.required && isThere) || seen.has(field.name) || hasError(field.name));
  const more = fields.length - fields.filter((field) => (field.required && isThere) || seen.has(field.name) || hasError(field.name)).length;
  return (
    <div className={cn("grid gap-x-4 gap-y-3 @2xl:grid-cols-2", className)}>
      {shown.map((field) => (
        <OneField
          key={field.name}
          field={{ ...field, required: field.required && isThere }}
          value={entries?.get(field.name)}
          path={[...path, field.name]}
          context={context}
        />
      ))}
      {more === 0 ? null : (
        <div className="@2xl:col-span-2">
          <Button size="small" tone="ghost" className="-ml-2" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? words.fewer : words.more(more)}
          </Button>
        </div>
      )}
    </div>
  );
}

interface FieldProps {
  field: FormField;
  value: FormValue | undefined;
  path: FormPath;
  context: FormContext;
}

function OneField({ field, value, path, context }: FieldProps): ReactElement {
  const { alias } = useModuleFormWords();
  const { shape } = field;
  if (value?.kind === "other") return <Frame {...{ field, path, context }}>{alias}</Frame>;
  switch (shape.kind) {
    case "object":
      return (
        <Frame {...{ field, path, context }} onRemove={value === undefined ? undefined : () => context.onEdits([{ kind: "remove", path }])}>
          <FieldGroup fields={shape.fields} value={value} path={path} isThere={field.required || value !== undefined} context={context} />
        </Frame>
      );
    case "variants":
      return <Variants {...{ field, value, path, context, shape }} />;
    case "list":
      return <List {...{ field, value, path, context }} of={shape.of} />;
    case "entries":
      return <Entries {...{ field, value, path, context }} />;
    case "text":
    case "choice":
    case "integer":
    case "duration":
    case "flag":
      return <SimpleField {...{ field, path, context }} value={value?.kind === "text" ? value.text : undefined} />;
  }
}

interface FrameProps {
  field: FormField;
  path: FormPath;
  context: FormContext;
  onRemove?: (() => void) | undefined;
  children: ReactNode;
}

/** A field that contains others, with its name, meaning and errors. */
function Frame({ field, path, context, onRemove, children }: FrameProps): ReactElement {
  const words = useModuleFormWords();
  const errors = context.errors.get(placeKey(context.index, path)) ?? [];
  return (
    <fieldset className="min-w-0 rounded border border-line px-3 pt-1 pb-3 @2xl:col-span-2" data-field={placeKey(context.index, path)}>
      <legend className="px-1 text-[12px] text-quiet">{field.required ? words.needed(field.name) : field.name}</legend>
      <div className="flex flex-col gap-2">
        <div className="flex items-start gap-2">
          <p className="min-w-0 flex-1 text-[12px] leading-4 text-quiet">
            <Told text={field.meaning} />
          </p>
          {onRemove === undefined ? null : (
            <Button size="small" tone="ghost" aria-label={words.removeOf(path.join(" "))} onClick={onRemove}>
              {words.remove}
            </Button>
          )}
        </div>
        <Errors of={errors} />
        {children}
      </div>
    </fieldset>
  );
}

function Variants({ field, value, path, context, shape }: FieldProps & { shape: VariantsShape }): ReactElement {
  const { notSet } = useModuleFormWords();
  const word = wordIn(shape, value);
  const tagPath = [...path, shape.tag];
  function choose(next: string | undefined): void {
    const kept = fieldsAt(shape, next).map(({ name }) => name);
    const written = value?.kind === "map" ? [...value.entries.keys()] : [];
    const gone = written.filter((name) => name !== shape.tag && !kept.includes(name));
    const tag: FormEdit = next === undefined ? { kind: "remove", path: tagPath } : { kind: "set", path: tagPath, value: next, first: true };
    // The tag is written first, because a map that becomes empty would be removed, and lose its place.
    context.onEdits([tag, ...gone.map((name): FormEdit => ({ kind: "remove", path: [...path, name] }))]);
  }
  const fields = fieldsAt(shape, word);
  return (
    <Frame {...{ field, path, context }}>
      <ChoiceField
        label={`${field.name} ${shape.tag}`}
        words={shape.variants.map((variant) => variant.word)}
        value={word}
        unset={field.required ? undefined : (field.fallback ?? shape.fallback ?? notSet)}
        place={placeKey(context.index, tagPath)}
        errors={context.errors}
        onChoose={choose}
      />
      {fields.length === 0 ? null : (
        <FieldGroup
          key={word ?? ""}
          fields={fields}
          value={value}
          path={path}
          isThere={field.required || value !== undefined}
          context={context}
        />
      )}
    </Frame>
  );
}

function List({ field, value, path, context, of }: FieldProps & { of: FieldShape }): ReactElement {
  const words = useModuleFormWords();
  const items = value?.kind === "list" ? value.items : [];
  function add(): void {
    const item: FormWrite = of.kind === "object" || of.kind === "variants" ? {} : "";
    const edit: FormEdit =
      items.length === 0 ? { kind: "set", path, value: [item] } : { kind: "set", path: [...path, items.length], value: item };
    context.onEdits([edit]);
  }
  return (
    <Frame {...{ field, path, context }}>
      {items.map((item, index) => (
        <Item
          // Items are identified by their place only.
          key={index}
          name={`${field.name} ${index + 1}`}
          errors={context.errors.get(placeKey(context.index, [...path, index])) ?? []}
          onRemove={() => context.onEdits([{ kind: "remove", path: [...path, index] }])}
        >
          {of.kind === "object" || of.kind === "variants" ? (
            <FieldGroup
              fields={fieldsAt(of, wordIn(of, item))}
              value={item}
              path={[...path, index]}
              isThere
              context={context}
              className="min-w-0 flex-1"
            />
          ) : (
            <TextInput
              aria-label={`${field.name} ${index + 1}`}
              value={item.kind === "text" ? item.text : ""}
              secrets={field.secret === undefined ? [] : context.secrets}
              aria-invalid={context.errors.has(placeKey(context.index, [...path, index]))}
              onWrite={(text) => context.onEdits([{ kind: "set", path: [...path, index], value: text ?? "" }])}
            />
          )}
        </Item>
      ))}
      <Button size="small" className="w-fit" onClick={add}>
        {words.addTo(field.name)}
      </Button>
    </Frame>
  );
}

function Entries({ field, value, path, context }: FieldProps): ReactElement {
  const words = useModuleFormWords();
  const items = value?.kind === "list" ? value.items : [];
  const write = (index: number, entry: FormWrite): void => context.onEdits([{ kind: "set", path: [...path, index], value: entry }]);
  return (
    <Frame {...{ field, path, context }}>
      {items.map((item, index) => {
        const [name = "", told] = (item.kind === "map" ? [...item.entries][0] : undefined) ?? [];
        const text = told?.kind === "text" ? told.text : "";
        return (
          <Item
            key={index}
            name={`${field.name} ${index + 1}`}
            errors={context.errors.get(placeKey(context.index, [...path, index])) ?? []}
            onRemove={() => context.onEdits([{ kind: "remove", path: [...path, index] }])}
          >
            <Input
              mono
              className="w-2/5"
              aria-label={words.nameOf(`${field.name} ${index + 1}`)}
              value={name}
              onChange={(event) => write(index, { [event.target.value]: text })}
            />
            <TextInput
              aria-label={words.valueOf(`${field.name} ${index + 1}`)}
              value={text}
              secrets={field.secret === undefined ? [] : context.secrets}
              aria-invalid={context.errors.has(placeKey(context.index, [...path, index]))}
              onWrite={(next) => context.onEdits([{ kind: "set", path: [...path, index, name], value: next ?? "" }])}
            />
          </Item>
        );
      })}
      <Button
        size="small"
        className="w-fit"
        onClick={() => {
          const entry = { "": "" };
          context.onEdits([
            items.length === 0 ? { kind: "set", path, value: [entry] } : { kind: "set", path: [...path, items.length], value: entry },
          ]);
        }}
      >
        {words.addTo(field.name)}
      </Button>
    </Frame>
  );
}

interface ItemProps {
  name: string;
  errors: readonly string[];
  onRemove: () => void;
  children: ReactNode;
}

function Item({ name, errors, onRemove, children }: ItemProps): ReactElement {
  const words = useModuleFormWords();
  return (
    <div role="group" aria-label={name} className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 items-start gap-2">
        {children}
        <Button size="small" tone="ghost" className="mt-1" aria-label={words.removeOf(name)} onClick={onRemove}>
          {words.remove}
        </Button>
      </div>
      <Errors of={errors} />
    </div>
  );
}

function Errors({ of }: { of: readonly string[] }): ReactElement {
  return (
    <>
      {of.map((error) => (
        <p key={error} role="alert" lang="en" className="text-[12px] leading-4 text-danger">
          {error}
        </p>
      ))}
    </>
  );
}
