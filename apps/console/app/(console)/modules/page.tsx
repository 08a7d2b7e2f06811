/** Modules: what is declared, what would change. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ModulesPage } from "../../../features/modules/modules-page.tsx";

export const metadata: Metadata = { title: "Modules" };

export default function Page() {
  return (
    <Suspense>
      <ModulesPage />
    </Suspense>
  );
}
