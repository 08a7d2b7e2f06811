/**
 * Route of one ingress's page: what came in last, and what it refuses now. Its name is in the path.
 */
import type { Metadata } from "next";
import { Suspense } from "react";
import { IngressPage } from "../../../../../features/doors/ingress-page.tsx";

interface Props {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Ingress ${decodeURIComponent((await params).name)}` };
}

export default async function Page({ params }: Props) {
  return (
    <Suspense>
      <IngressPage name={decodeURIComponent((await params).name)} />
    </Suspense>
  );
}
