/** EndpointFields: the three fields of a registration, each with its own problem told while typing. */
"use client";
import type { ReactElement } from "react";
import { Field, Input } from "../../ui/form/field.tsx";
import { functionsProblem, typeNamesOf, urlProblem } from "./endpoint-form.ts";

export interface EndpointForm {
  url: string;
  functions: string;
  /** For a wildcard: the names to ask for, separated by commas. */
  types: string;
}

export function EndpointFields({
  form,
  onChange,
}: {
  form: EndpointForm;
  onChange: (change: Partial<EndpointForm>) => void;
}): ReactElement {
  const wildcard = form.functions.trim().endsWith("/*");
  const names = typeNamesOf(form.functions, form.types);
  const urlWrong = form.url === "" ? null : urlProblem(form.url);
  const functionsWrong = form.functions === "" ? null : functionsProblem(form.functions);
  return (
    <>
      <Field
        label="URL template"
        error={urlWrong}
        hint={
          <>
            As this gateway reaches it. <code>{"{function.name}"}</code> stands for the function's name.
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
        label="Functions"
        error={functionsWrong}
        hint={
          <>
            One type, as <code>shop/cart</code>, or all of a namespace, as <code>shop/*</code>.
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
  return (
    <Field
      label="Types to ask for"
      error={problem}
      hint="Names or whole types, separated by commas. An endpoint cannot list what it serves, so name at least one."
    >
      {(control) => <Input {...control} mono placeholder="cart, stock" value={types} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}
