/**
 * CapabilityButton: a button for something that the runtime may be unable to do, or the person may not do; then it says so instead.
 * Neighbours: capability-note.tsx says the first once for a whole page, identity/may-button.tsx is for what every runtime can do.
 */
"use client";
import type { ReactElement } from "react";
import { useMay, type OperationName } from "../identity/use-may.ts";
import type { ButtonProps } from "../ui/button.tsx";
import { usePressed } from "../shell/page-action.tsx";
import { ReasonButton } from "../ui/reason-button.tsx";
import { useMissing, type CapabilityName } from "./use-missing.ts";

export interface CapabilityButtonProps extends Omit<ButtonProps, "asChild"> {
  readonly needs: CapabilityName;
  /** The operation that it asks for. */
  readonly operation?: OperationName;
  /** A function type or a namespace that the operation concerns; absent for the whole gateway. */
  readonly of?: string;
  /** Its name in the palette; when absent, it is not in the palette. */
  readonly action?: string | undefined;
}

export function CapabilityButton({ needs, operation, of, action, ...props }: CapabilityButtonProps): ReactElement {
  const missing = useMissing(needs);
  const denied = useMay(operation ?? "people.me", of);
  const reason = missing === null ? denied : `${missing.sentence} ${missing.cure}`;
  const { pending, disabled } = props;
  return <ReasonButton reason={reason} {...props} ref={usePressed(action, { reason, pending, disabled })} />;
}
