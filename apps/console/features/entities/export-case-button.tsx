/**
 * ExportCaseButton: exports an entity's last messages as a test; the dialog is loaded when it is opened.
 */
"use client";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import type { AddressView } from "../../trpc/views.ts";
import { useReproductionWords } from "../../words/reproduction/use-reproduction-words.ts";

const ExportCaseDialog = lazy(async () => ({ default: (await import("./export-case-dialog.tsx")).ExportCaseDialog }));

export function ExportCaseButton({ address }: { address: AddressView }): ReactElement {
  const { test: words } = useReproductionWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <CapabilityButton needs="journal" action={words.exportIt} size="small" onClick={() => setOpen(true)}>
        {words.export}
      </CapabilityButton>
      {open ? (
        <Suspense>
          <ExportCaseDialog address={address} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
