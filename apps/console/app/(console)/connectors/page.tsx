/**
 * Route of the page Connectors: every way in and out, and what keeps it from working.
 */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ConnectorsPage } from "../../../features/doors/connectors-page.tsx";

export const metadata: Metadata = { title: "Connectors" };

export default function Page() {
  return (
    <Suspense>
      <ConnectorsPage />
    </Suspense>
  );
}
