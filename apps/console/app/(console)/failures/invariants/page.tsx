/** Invariants: what must always hold, and who broke it. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { InvariantsPage } from "../../../../features/invariants/invariants-page.tsx";

export const metadata: Metadata = { title: "Invariants" };

export default function Page() {
  return (
    <Suspense>
      <InvariantsPage />
    </Suspense>
  );
}
