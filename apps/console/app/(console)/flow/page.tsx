/** Flow: what moves now. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { FlowPage } from "../../../features/flow/flow-page.tsx";

export const metadata: Metadata = { title: "Flow" };

export default function Page() {
  return (
    <Suspense>
      <FlowPage />
    </Suspense>
  );
}
