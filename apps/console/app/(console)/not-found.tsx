/**
 * Shown for a path that names no page of the console. Its content is fetched when it is needed, because every page would carry it
 * otherwise.
 */
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
