/**
 * CapabilityButton: a button for something that a runtime may be unable to do, or whoever looks may not do; then it says so instead. Neighbours:
 * capability-note.tsx says the first once for a whole page, identity/may-button.tsx is for what every runtime can.
 */
"use client";
import type { ReactElement } from "react";
import { useMay, type OperationName } from "../identity/use-may.ts";
import type { ButtonProps } from "../ui/button.tsx";
import { ReasonButton } from "../ui/reason-button.tsx";
import { useMissing, type CapabilityName } from "./use-missing.ts";

export interface CapabilityButtonProps extends Omit<ButtonProps, "asChild"> {
  readonly needs: CapabilityName;
  /** What it asks for. */
  readonly operation?: OperationName;
  /** A function type, or a namespace; absent: the whole gateway. */
  readonly of?: string;
}

export function CapabilityButton({ needs, operation, of, ...props }: CapabilityButtonProps): ReactElement {
  const missing = useMissing(needs);
  const denied = useMay(operation ?? "people.me", of);
  return <ReasonButton reason={missing === null ? denied : `${missing.sentence} ${missing.cure}`} {...props} />;
}
