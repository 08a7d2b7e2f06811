/** Move: all state to Apache Flink, or back; what moves, what cannot and why. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { MovePage } from "../../../../features/savepoints/move-page.tsx";

export const metadata: Metadata = { title: "Move" };

export default function Page() {
  return (
    <Suspense>
      <MovePage />
    </Suspense>
  );
}
