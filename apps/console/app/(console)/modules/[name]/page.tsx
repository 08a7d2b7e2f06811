/** One module: its text, its check, its history. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { ModulePage } from "../../../../features/modules/module-page.tsx";
import { isModuleName } from "../../../../features/modules/template.ts";

interface Props {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `${(await params).name} · Modules` };
}

export default async function Page({ params }: Props) {
  const { name } = await params;
  if (!isModuleName(name)) notFound();
  return (
    <Suspense>
      <ModulePage name={name} />
    </Suspense>
  );
}
