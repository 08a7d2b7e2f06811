/**
 * ReproduceButton: opens the search for the fewest messages with which an entity's function fails as it did, or its state becomes what a
 * person writes. Its dialog is loaded when it is opened.
 */
"use client";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import type { AddressView } from "../../trpc/views.ts";
import type { LookedFor } from "./reproduction-dialog.tsx";
import { useReproductionWords } from "../../words/reproduction/use-reproduction-words.ts";

const ReproductionDialog = lazy(async () => ({ default: (await import("./reproduction-dialog.tsx")).ReproductionDialog }));

export interface ReproduceButtonProps {
  address: AddressView;
  /** For a failure that is over: the record that tells of it. */
  record?: number;
  /** What the dialog begins with; `state` when nothing failed. */
  lookFor?: LookedFor;
  compact?: boolean;
}

export function ReproduceButton({ address, record, lookFor = "failure", compact = false }: ReproduceButtonProps): ReactElement {
  const { button: words } = useReproductionWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <CapabilityButton
        needs="journal"
        operation="reproductions.start"
        of={address.type}
        action={words.of[lookFor](address.id)}
        size={compact ? "small" : "regular"}
        className="self-start"
        onClick={() => setOpen(true)}
      >
        {words[lookFor]}
      </CapabilityButton>
      {open ? (
        <Suspense>
          <ReproductionDialog address={address} record={record} lookFor={lookFor} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
