/** ReproduceButton: opens the search for the fewest messages with which an entity's function fails as it did. Its dialog is loaded by who asks. */
"use client";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import type { AddressView } from "../../trpc/views.ts";

const ReproductionDialog = lazy(async () => ({ default: (await import("./reproduction-dialog.tsx")).ReproductionDialog }));

export interface ReproduceButtonProps {
  address: AddressView;
  /** Of a failure that is over: the record that tells of it. */
  record?: number;
  compact?: boolean;
}

export function ReproduceButton({ address, record, compact = false }: ReproduceButtonProps): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <>
      <CapabilityButton
        needs="journal"
        operation="reproductions.start"
        of={address.type}
        size={compact ? "small" : "regular"}
        className="self-start"
        onClick={() => setOpen(true)}
      >
        Find the smallest reproduction…
      </CapabilityButton>
      {open ? (
        <Suspense>
          <ReproductionDialog address={address} record={record} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
