/**
 * ReasonButton: a button that stays in its place, does nothing, and says why and what to do, on hover, on focus and to those who do not see
 * it. Without a reason it is a Button.
 */
"use client";
import type { ReactElement } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { cn } from "./cn.ts";
import { Tooltip } from "./tooltip.tsx";

export interface ReasonButtonProps extends Omit<ButtonProps, "asChild"> {
  readonly reason: string | null;
}

export function ReasonButton({ reason, ...props }: ReasonButtonProps): ReactElement {
  if (reason === null) return <Button {...props} />;
  const { className, size, children, "aria-label": label } = props;
  // It is not `disabled`, because a button that takes no focus cannot say why.
  return (
    <Tooltip text={reason}>
      <Button
        tone="plain"
        size={size}
        aria-label={label}
        aria-disabled
        aria-description={reason}
        onClick={(event) => event.preventDefault()}
        className={cn("bg-transparent text-quiet hover:border-line", className)}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
