/** ExportCaseButton: an entity's last messages as a test; the dialog is loaded by who asks. */
"use client";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import type { AddressView } from "../../trpc/views.ts";

const ExportCaseDialog = lazy(async () => ({ default: (await import("./export-case-dialog.tsx")).ExportCaseDialog }));

export function ExportCaseButton({ address }: { address: AddressView }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <>
      <CapabilityButton needs="journal" action="Export as test…" size="small" onClick={() => setOpen(true)}>
        Export as test
      </CapabilityButton>
      {open ? (
        <Suspense>
          <ExportCaseDialog address={address} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
