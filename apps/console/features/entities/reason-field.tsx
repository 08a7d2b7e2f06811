/** ReasonField: why a person changes what an entity holds; the audit keeps it, and the entity's history shows it in the row of the edit. */
import type { ReactElement } from "react";
import { Field, Input } from "../../ui/form/field.tsx";

const reasonCharactersMin = 3;
const reasonCharactersMax = 256;

export function isReason(text: string): boolean {
  return text.trim().length >= reasonCharactersMin;
}

export function ReasonField({ reason, onChange }: { reason: string; onChange: (reason: string) => void }): ReactElement {
  return (
    <Field label="Reason" hint="For example a ticket. The audit keeps it, and the entity's history shows it beside the edit.">
      {(control) => (
        <Input {...control} required maxLength={reasonCharactersMax} value={reason} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
