/** A path that names no page of the console. Fetched where it is seen: every page would carry it else. */
"use client";
import { lazy, Suspense } from "react";

const NoSuchPage = lazy(async () => ({ default: (await import("../../features/help/no-such-page.tsx")).NoSuchPage }));

export default function NotFound() {
  return (
    <Suspense>
      <NoSuchPage />
    </Suspense>
  );
}
