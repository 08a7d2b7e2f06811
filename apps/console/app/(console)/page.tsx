/**
 * Route of the Overview: whether everything is well, what changed, and what needs a person.
 */
import type { Metadata } from "next";
import { OverviewPage } from "../../features/overview/overview-page.tsx";

export const metadata: Metadata = { title: "Overview" };

export default function Page() {
  return <OverviewPage />;
}
