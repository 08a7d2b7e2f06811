/**
 * DiffView: two texts, what runs and what would run; merge-view.tsx draws it and is fetched when the first one is shown.
 */
"use client";
import { lazy, Suspense, type ReactElement } from "react";
import { Skeleton } from "../feedback/skeleton.tsx";

const MergeView = lazy(async () => ({ default: (await import("./merge-view.tsx")).TextMerge }));

export interface DiffViewProps {
  before: string;
  after: string;
  language: "json" | "yaml" | "text";
  label: string;
  className?: string;
}

export function DiffView(props: DiffViewProps): ReactElement {
  return (
    <Suspense fallback={<Skeleton rows={6} />}>
      <MergeView {...props} />
    </Suspense>
  );
}
