/**
 * EndpointFields: the three fields of a registration, each with its own problem shown while typing.
 */
"use client";
import type { ReactElement } from "react";
import { Field, Input } from "../../ui/form/field.tsx";
import { functionsProblem, typeNamesOf, urlProblem } from "./endpoint-form.ts";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

export interface EndpointForm {
  url: string;
  functions: string;
  /** For a wildcard: the names to check, separated by commas. */
  types: string;
}

export function EndpointFields({
  form,
  onChange,
}: {
  form: EndpointForm;
  onChange: (change: Partial<EndpointForm>) => void;
}): ReactElement {
  const words = useFunctionsWords();
  const wildcard = form.functions.trim().endsWith("/*");
  const names = typeNamesOf(form.functions, form.types, words.problems);
  const urlWrong = form.url === "" ? null : urlProblem(form.url, words.problems);
  const functionsWrong = form.functions === "" ? null : functionsProblem(form.functions, words.problems);
  return (
    <>
      <Field
        label={words.fields.url}
        error={urlWrong}
        hint={
          <>
            {words.fields.urlHint} <code>{"{function.name}"}</code> {words.fields.urlName}
          </>
        }
      >
        {(control) => (
          <Input
            {...control}
            mono
            autoFocus
            placeholder="http://127.0.0.1:8000/statefun"
            value={form.url}
            onChange={(event) => onChange({ url: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={words.title}
        error={functionsWrong}
        hint={
          <>
            {words.fields.oneType} <code>shop/cart</code>
            {words.fields.orAll} <code>shop/*</code>.
          </>
        }
      >
        {(control) => (
          <Input
            {...control}
            mono
            placeholder="example/greeter"
            value={form.functions}
            onChange={(event) => onChange({ functions: event.target.value })}
          />
        )}
      </Field>
      {wildcard ? (
        <TypesField types={form.types} problem={form.types === "" ? null : names.problem} onChange={(types) => onChange({ types })} />
      ) : null}
    </>
  );
}

interface TypesFieldProps {
  types: string;
  problem: string | null;
  onChange: (types: string) => void;
}

function TypesField({ types, problem, onChange }: TypesFieldProps): ReactElement {
  const words = useFunctionsWords();
  return (
    <Field label={words.fields.types} error={problem} hint={words.fields.typesHint}>
      {(control) => <Input {...control} mono placeholder="cart, stock" value={types} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}
