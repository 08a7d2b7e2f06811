/** A savepoint out of SQL over files and databases. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { BootstrapPage } from "../../../../features/bootstrap/bootstrap-page.tsx";

export const metadata: Metadata = { title: "Load data · Savepoints" };

export default function Page() {
  return (
    <Suspense>
      <BootstrapPage />
    </Suspense>
  );
}
