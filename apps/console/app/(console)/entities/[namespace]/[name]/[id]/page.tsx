/**
 * Route of one entity's page. features/entities/entity-href.ts writes its address into the path.
 */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { Needs } from "../../../../../../capability/capability-note.tsx";
import { addressOf } from "../../../../../../features/entities/entity-href.ts";
import { EntityPage } from "../../../../../../features/entities/entity-page.tsx";

interface Props {
  params: Promise<{ namespace: string; name: string; id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const address = addressOf(await params);
  return { title: address === null ? "No such address" : `${address.id} · ${address.type}` };
}

export default async function Page({ params }: Props) {
  const address = addressOf(await params);
  if (address === null) notFound();
  return (
    <Suspense>
      <Needs capability="entities">
        <EntityPage address={address} />
      </Needs>
    </Suspense>
  );
}
