/**
 * NumberField: a whole number from 1 to a maximum, with its label and hint. It reports what is typed, also out of bounds, and the form says
 * so.
 */
import type { ReactElement, ReactNode } from "react";
import { Field, Input } from "./field.tsx";

export interface NumberFieldProps {
  label: ReactNode;
  hint?: ReactNode;
  value: number;
  max: number;
  onChange: (value: number) => void;
}

export function NumberField({ label, hint, value, max, onChange }: NumberFieldProps): ReactElement {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <Input {...control} mono type="number" min={1} max={max} value={value} onChange={(event) => onChange(Number(event.target.value))} />
      )}
    </Field>
  );
}
