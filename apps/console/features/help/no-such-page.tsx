/**
 * NoSuchPage: shown when a path names no page of the console.
 */
"use client";
import type { ReactElement } from "react";
import { Link } from "../../ui/link.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { usePlacesWords } from "../../words/places/use-places-words.ts";

export function NoSuchPage(): ReactElement {
  const words = usePlacesWords();
  return (
    <EmptyState
      title={words.none}
      action={
        <Button asChild tone="primary">
          <Link href="/">{words.overview}</Link>
        </Button>
      }
    >
      {words.noneAbout}
    </EmptyState>
  );
}
