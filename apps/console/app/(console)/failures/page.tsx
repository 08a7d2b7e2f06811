/** Failures: causes, not rows. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { FailuresPage } from "../../../features/failures/failures-page.tsx";

export const metadata: Metadata = { title: "Failures" };

export default function Page() {
  return (
    <Suspense>
      <FailuresPage />
    </Suspense>
  );
}
