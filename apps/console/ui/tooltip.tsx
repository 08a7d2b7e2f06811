/**
 * Tooltip: a short text on hover and focus. It is never the only place of something necessary.
 */
import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";

const OPEN_DELAY_MS = 350;

export function Tooltip({
  text,
  children,
  side = "top",
}: {
  text: ReactNode;
  children: ReactElement;
  side?: "top" | "right" | "bottom" | "left";
}): ReactElement {
  return (
    <Radix.Provider delayDuration={OPEN_DELAY_MS}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-80 rounded border border-line bg-raised px-2 py-1 text-[12px] text-text shadow-lg"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
