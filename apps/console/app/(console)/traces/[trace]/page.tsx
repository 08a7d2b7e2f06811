/** One trace; its number is in the path. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { Needs } from "../../../../capability/capability-note.tsx";
import { TracePage } from "../../../../features/traces/trace-page.tsx";

interface Props {
  params: Promise<{ trace: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Trace ${(await params).trace}` };
}

export default async function Page({ params }: Props) {
  const { trace } = await params;
  if (!/^\d{1,15}$/.test(trace)) notFound();
  return (
    <Suspense>
      <Needs capability="journal">
        <TracePage trace={Number(trace)} />
      </Needs>
    </Suspense>
  );
}
