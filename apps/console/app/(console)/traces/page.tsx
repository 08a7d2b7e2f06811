/** Traces: one message's whole story. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { Needs } from "../../../capability/capability-note.tsx";
import { TracesPage } from "../../../features/traces/traces-page.tsx";

export const metadata: Metadata = { title: "Traces" };

export default function Page() {
  return (
    <Suspense>
      <Needs capability="journal">
        <TracesPage />
      </Needs>
    </Suspense>
  );
}
