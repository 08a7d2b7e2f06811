/**
 * ActNameField: the name that a person gives an act on many before it begins, to find it again in the list and in the audit; it may stay
 * empty.
 */
"use client";
import type { ReactElement } from "react";
import { Field, Input } from "../../ui/form/field.tsx";
import { useBulkActWords } from "../../words/bulk-act/use-bulk-act-words.ts";

/** The same limit as the gateway has. */
const nameCharactersMax = 100;

export function ActNameField({ name, onName }: { name: string; onName: (name: string) => void }): ReactElement {
  const words = useBulkActWords().naming;
  return (
    <Field label={words.label} hint={words.hint}>
      {(control) => <Input {...control} maxLength={nameCharactersMax} value={name} onChange={(event) => onName(event.target.value)} />}
    </Field>
  );
}
