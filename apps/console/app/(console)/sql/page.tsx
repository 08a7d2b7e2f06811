/** SQL: ask what is there, over live data and savepoints. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SqlPage } from "../../../features/sql/sql-page.tsx";

export const metadata: Metadata = { title: "SQL" };

export default function Page() {
  return (
    <Suspense>
      <SqlPage />
    </Suspense>
  );
}
