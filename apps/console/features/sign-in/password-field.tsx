/**
 * PasswordField: a password, hidden until the person shows it.
 */
"use client";
import { useState, type ReactElement } from "react";
import { Field, Input } from "../../ui/form/field.tsx";
import { useEntranceWords } from "../../words/entrance/use-entrance-words.ts";

export interface PasswordFieldProps {
  readonly label?: string;
  readonly hint?: string;
  readonly autoComplete: "current-password" | "new-password";
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | null;
}

export function PasswordField({ label, hint, autoComplete, value, onChange, error }: PasswordFieldProps): ReactElement {
  const words = useEntranceWords();
  const [shown, setShown] = useState(false);
  return (
    <Field label={label ?? words.password} hint={hint} error={error}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            required
            type={shown ? "text" : "password"}
            autoComplete={autoComplete}
            value={value}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
            className="pr-14"
          />
          <button
            type="button"
            aria-pressed={shown}
            aria-label={words.showPassword}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0 right-0 rounded px-2.5 text-[12px] text-message hover:underline focus-visible:outline-2 focus-visible:outline-message"
          >
            {shown ? words.hide : words.show}
          </button>
        </div>
      )}
    </Field>
  );
}
