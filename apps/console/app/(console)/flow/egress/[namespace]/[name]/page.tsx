/**
 * Route of one egress's page: what waits in it to be fetched. Its namespace and name are in the path.
 */
import type { Metadata } from "next";
import { Suspense } from "react";
import { EgressPage } from "../../../../../../features/doors/egress-page.tsx";

interface Props {
  params: Promise<{ namespace: string; name: string }>;
}

async function egressOf({ params }: Props): Promise<string> {
  const { namespace, name } = await params;
  return `${decodeURIComponent(namespace)}/${decodeURIComponent(name)}`;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: `Egress ${await egressOf(props)}` };
}

export default async function Page(props: Props) {
  return (
    <Suspense>
      <EgressPage egress={await egressOf(props)} />
    </Suspense>
  );
}
