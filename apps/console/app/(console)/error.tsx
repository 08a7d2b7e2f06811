/** When a page itself fails to draw: what happened and the way on. A new build of the console under an open tab is the usual cause. */
"use client";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

export default function ConsoleError({ error }: { error: Error & { digest?: string } }) {
  const updated = error.name === "ChunkLoadError";
  return (
    <EmptyState
      title={updated ? "The console was updated" : "This page could not be drawn"}
      action={
        <Button tone="primary" onClick={() => window.location.reload()}>
          Reload
        </Button>
      }
    >
      {updated ? "This tab holds an older version. Reload to get the new one; the view is in the URL and comes back." : error.message}
    </EmptyState>
  );
}
