/**
 * ToastList: the result of an action, for a moment, at the lower right. toaster.tsx fetches it for the first one.
 */
"use client";
import { Toaster as Sonner, toast } from "sonner";
import { useEffect, type ReactElement } from "react";

export type ShowToast = typeof toast;

/** It receives nothing before it is mounted; `onReady` is called when it is. */
export function ToastList({ onReady }: { onReady: (show: ShowToast) => void }): ReactElement {
  useEffect(() => onReady(toast), [onReady]);
  return (
    <Sonner
      position="bottom-right"
      offset={{ bottom: 92, right: 12 }}
      mobileOffset={{ bottom: 68 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-[340px] items-start gap-2 rounded-md border border-line bg-raised px-3 py-2 text-[13px] text-text shadow-lg font-sans",
          description: "text-quiet text-[12px]",
          actionButton: "ml-auto shrink-0 text-message text-[13px] hover:underline",
          error: "border-danger",
        },
      }}
    />
  );
}
