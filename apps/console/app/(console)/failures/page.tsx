/**
 * Route of the page Failures, which lists causes, not rows.
 */
import type { Metadata } from "next";
import { Suspense } from "react";
import { Needs } from "../../../capability/capability-note.tsx";
import { FailuresPage } from "../../../features/failures/failures-page.tsx";

export const metadata: Metadata = { title: "Failures" };

export default function Page() {
  return (
    <Suspense>
      <Needs capability="entities">
        <FailuresPage />
      </Needs>
    </Suspense>
  );
}
