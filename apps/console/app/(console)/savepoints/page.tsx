/** Savepoints: where I can go back to, and what that costs. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SavepointsPage } from "../../../features/savepoints/savepoints-page.tsx";

export const metadata: Metadata = { title: "Savepoints" };

export default function Page() {
  return (
    <Suspense>
      <SavepointsPage />
    </Suspense>
  );
}
