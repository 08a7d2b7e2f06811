/**
 * CapabilityButton: a button for something that a runtime may be unable to do. Where it is, the button stays in its place, does nothing, and says
 * why and what to do on hover, on focus and to those who do not see it. Neighbour: capability-note.tsx says it once for a whole page.
 */
"use client";
import type { ReactElement } from "react";
import { Button, type ButtonProps } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { useMissing, type CapabilityName } from "./use-missing.ts";

export interface CapabilityButtonProps extends Omit<ButtonProps, "asChild"> {
  readonly needs: CapabilityName;
}

export function CapabilityButton({ needs, ...props }: CapabilityButtonProps): ReactElement {
  const missing = useMissing(needs);
  if (missing === null) return <Button {...props} />;
  const { className, size, children } = props;
  const why = `${missing.sentence} ${missing.cure}`;
  // Not `disabled`: a button that takes no focus cannot say why.
  return (
    <Tooltip text={why}>
      <Button
        tone="plain"
        size={size}
        aria-disabled
        aria-description={why}
        onClick={(event) => event.preventDefault()}
        className={cn("bg-transparent text-quiet hover:border-line", className)}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
