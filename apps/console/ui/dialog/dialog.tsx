/**
 * Dialog: floats above the page and takes the focus. Escape and a click outside close it; the focus returns to where it was.
 */
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn.ts";
import { useFocusReturn } from "./use-focus-return.ts";
import { useShellWords } from "../../words/shell/use-shell-words.ts";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}

export function Dialog({ open, onOpenChange, title, description, children, footer, wide = false }: DialogProps): ReactElement {
  const words = useShellWords();
  const focus = useFocusReturn(open);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Radix.Content
          {...focus}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={cn(
            "fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-32px)] w-[calc(100vw-24px)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-md border border-line bg-panel shadow-xl outline-none",
            wide ? "max-w-[960px]" : "max-w-[520px]",
          )}
        >
          <header className="flex items-start justify-between gap-4 border-b border-line px-4 py-3">
            <div className="min-w-0">
              <Radix.Title className="text-[15px] font-semibold text-text">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-1 text-[13px] text-quiet">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close
              aria-label={words.dialog.close}
              className="rounded p-1 text-quiet hover:text-text focus-visible:outline-2 focus-visible:outline-message"
            >
              <X aria-hidden className="size-4" />
            </Radix.Close>
          </header>
          {children === undefined ? null : <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>}
          {footer === undefined ? null : (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
