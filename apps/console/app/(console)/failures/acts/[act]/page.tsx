/** One act on many entities; its id is in the path. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { BulkActPage } from "../../../../../features/failures/bulk-act-page.tsx";

interface Props {
  params: Promise<{ act: string }>;
}

export const metadata: Metadata = { title: "Act on many" };

export default async function Page({ params }: Props) {
  const { act } = await params;
  return (
    <Suspense>
      <BulkActPage id={act} />
    </Suspense>
  );
}
