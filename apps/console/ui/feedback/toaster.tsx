/**
 * Toaster: what an act did, for a moment, at the lower right. Errors do not vanish here: they stay where the act was made.
 */
"use client";
import { Toaster as Sonner, toast } from "sonner";
import type { ReactElement } from "react";

export { toast };

export function Toaster(): ReactElement {
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
