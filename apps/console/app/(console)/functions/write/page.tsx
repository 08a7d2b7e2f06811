/** Write functions in TypeScript: check, try, apply. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { WritePage } from "../../../../features/write/write-page.tsx";

export const metadata: Metadata = { title: "Write functions" };

export default function Page() {
  return (
    <Suspense>
      <WritePage />
    </Suspense>
  );
}
