/**
 * ReasonField: why a person changes what an entity holds. The audit keeps the reason, and the entity's history shows it in the row of the
 * edit.
 */
import type { ReactElement } from "react";
import { Field, Input } from "../../ui/form/field.tsx";
import { useEntityWords } from "../../words/entity/use-entity-words.ts";

const reasonCharactersMin = 3;
const reasonCharactersMax = 256;

export function isReason(text: string): boolean {
  return text.trim().length >= reasonCharactersMin;
}

export function ReasonField({ reason, onChange }: { reason: string; onChange: (reason: string) => void }): ReactElement {
  const { reason: label, reasonHint } = useEntityWords();
  return (
    <Field label={label} hint={reasonHint}>
      {(control) => (
        <Input {...control} required maxLength={reasonCharactersMax} value={reason} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
