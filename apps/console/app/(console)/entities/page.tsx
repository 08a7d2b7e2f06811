/**
 * Route of the page Entities: finds entities and shows their state and past.
 */
import type { Metadata } from "next";
import { Suspense } from "react";
import { Needs } from "../../../capability/capability-note.tsx";
import { EntitiesPage } from "../../../features/entities/entities-page.tsx";

export const metadata: Metadata = { title: "Entities" };

export default function Page() {
  return (
    <Suspense>
      <Needs capability="entities">
        <EntitiesPage />
      </Needs>
    </Suspense>
  );
}
