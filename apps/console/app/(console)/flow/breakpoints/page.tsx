/**
 * Route of the page Breakpoints: what is held before its function gets it.
 */
import type { Metadata } from "next";
import { Suspense } from "react";
import { Needs } from "../../../../capability/capability-note.tsx";
import { BreakpointsPage } from "../../../../features/breakpoints/breakpoints-page.tsx";

export const metadata: Metadata = { title: "Breakpoints" };

export default function Page() {
  return (
    <Suspense>
      <Needs capability="breakpoints">
        <BreakpointsPage />
      </Needs>
    </Suspense>
  );
}
