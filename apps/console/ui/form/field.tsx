/**
 * Field, Input, Textarea, Checkbox: form controls with their label, hint and error tied together for assistive technology.
 */
import { useId, type ComponentProps, type ReactElement, type ReactNode } from "react";
import { cn } from "../cn.ts";

const control =
  "w-full rounded border border-line bg-ground px-2.5 text-[13px] text-text placeholder:text-quiet " +
  "focus-visible:outline-2 focus-visible:outline-offset-0 focus-visible:outline-message " +
  "disabled:cursor-not-allowed disabled:text-quiet aria-invalid:border-danger read-only:text-quiet";

export interface InputProps extends ComponentProps<"input"> {
  mono?: boolean;
}

export function Input({ className, mono = false, ...rest }: InputProps): ReactElement {
  return (
    <input className={cn(control, "h-8", mono && "font-mono text-[12px]", className)} spellCheck={false} autoComplete="off" {...rest} />
  );
}

export interface TextareaProps extends ComponentProps<"textarea"> {
  mono?: boolean;
}

export function Textarea({ className, mono = false, ...rest }: TextareaProps): ReactElement {
  return (
    <textarea
      className={cn(control, "min-h-20 py-1.5", mono && "font-mono text-[12px] leading-5", className)}
      spellCheck={false}
      {...rest}
    />
  );
}

export interface FieldControl {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null | undefined;
  className?: string;
  /** Gets the id and aria attributes to spread on the control. */
  children: (control: FieldControl) => ReactNode;
}

export function Field({ label, hint, error, className, children }: FieldProps): ReactElement {
  const id = useId();
  const described = [hint === undefined ? null : `${id}-hint`, error ? `${id}-error` : null].filter((part) => part !== null).join(" ");
  return (
    <div className={cn("flex min-w-0 flex-col gap-1", className)}>
      <label htmlFor={id} className="text-[12px] text-quiet">
        {label}
      </label>
      {children({ id, "aria-describedby": described === "" ? undefined : described, "aria-invalid": error ? true : undefined })}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="text-[12px] leading-4 text-quiet">
          {hint}
        </p>
      )}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-[12px] leading-4 text-danger">
          {error}
        </p>
      ) : null}
    </div>
  );
}

export function Checkbox({ label, className, ...rest }: Omit<ComponentProps<"input">, "type"> & { label: ReactNode }): ReactElement {
  return (
    <label className={cn("flex items-center gap-2 text-[13px] text-text", className)}>
      <input type="checkbox" className="size-4 accent-message" {...rest} />
      {label}
    </label>
  );
}
