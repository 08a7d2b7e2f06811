/** MayButton: a button for an operation; who may not ask for it reads why (use-may.ts). */
"use client";
import type { ReactElement } from "react";
import type { ButtonProps } from "../ui/button.tsx";
import { ReasonButton } from "../ui/reason-button.tsx";
import { useMay, type OperationName } from "./use-may.ts";

export interface MayButtonProps extends Omit<ButtonProps, "asChild"> {
  readonly operation: OperationName;
  readonly of?: string;
}

export function MayButton({ operation, of, ...props }: MayButtonProps): ReactElement {
  return <ReasonButton reason={useMay(operation, of)} {...props} />;
}
