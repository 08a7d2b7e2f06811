/** TemplateVariables: a field for each `{{name}}` of the id and the body, filled before the message is sent. */
import type { ReactElement } from "react";
import { Field, Input } from "../../ui/form/field.tsx";
import type { Draft } from "./message-body.ts";
import { variablesOf, type VariableValues } from "./variables.ts";
import { useSendWords } from "../../words/send/use-send-words.ts";

export interface TemplateVariablesProps {
  draft: Draft;
  values: VariableValues;
  onChange: (values: VariableValues) => void;
}

export function TemplateVariables({ draft, values, onChange }: TemplateVariablesProps): ReactElement | null {
  const words = useSendWords();
  const names = variablesOf(draft);
  if (names.length === 0) return null;
  return (
    <fieldset className="grid gap-3 rounded border border-line p-3 room:grid-cols-2">
      <legend className="px-1 text-[12px] text-quiet">{words.variables}</legend>
      {names.map((name) => (
        <Field key={name} label={name}>
          {(control) => (
            <Input {...control} mono value={values[name] ?? ""} onChange={(event) => onChange({ ...values, [name]: event.target.value })} />
          )}
        </Field>
      ))}
    </fieldset>
  );
}
