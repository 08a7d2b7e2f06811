/** Compare: what differs between two savepoints, or a savepoint and what is there now. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ComparePage } from "../../../../features/comparisons/compare-page.tsx";

export const metadata: Metadata = { title: "Compare · Savepoints" };

export default function Page() {
  return (
    <Suspense>
      <ComparePage />
    </Suspense>
  );
}
