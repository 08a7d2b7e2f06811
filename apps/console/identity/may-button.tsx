/**
 * MayButton: a button for an operation; a person who may not use it reads why (use-may.ts).
 */
"use client";
import type { ReactElement } from "react";
import type { ButtonProps } from "../ui/button.tsx";
import { usePressed } from "../shell/page-action.tsx";
import { ReasonButton } from "../ui/reason-button.tsx";
import { useMay, type OperationName } from "./use-may.ts";

export interface MayButtonProps extends Omit<ButtonProps, "asChild"> {
  readonly operation: OperationName;
  readonly of?: string;
  /** Its name in the palette; when absent, it is not in the palette. */
  readonly action?: string | undefined;
}

export function MayButton({ operation, of, action, ...props }: MayButtonProps): ReactElement {
  const reason = useMay(operation, of);
  const { pending, disabled } = props;
  return <ReasonButton reason={reason} {...props} ref={usePressed(action, { reason, pending, disabled })} />;
}
