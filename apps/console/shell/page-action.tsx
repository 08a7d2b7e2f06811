/**
 * PageAction: puts what a page can do into the palette. Neighbours: shortcuts.tsx keeps the registry; identity/may-button.tsx and
 * capability/capability-button.tsx register themselves by usePressed, so that the palette presses the button in its place.
 */
"use client";
import { useRouter } from "next/navigation";
import { useRef, type RefObject } from "react";
import { useRegisteredAction } from "./shortcuts.tsx";

export interface PageActionProps {
  readonly label: string;
  /** Why it is impossible now; absent when it is possible. */
  readonly reason?: string | null;
  readonly run: () => void;
}

/** Renders nothing: it is for a link, or for an action without a button. */
export function PageAction({ label, reason = null, run }: PageActionProps): null {
  useRegisteredAction(label, reason, run);
  return null;
}

/** An action that leads to another page of the console. */
export function PageLinkAction({ label, to }: { label: string; to: string }): null {
  const router = useRouter();
  useRegisteredAction(label, null, () => router.push(to));
  return null;
}

/** Without a name it is not in the palette. The ref is the button's. */
export function usePressed(name: string | undefined, { reason, pending, disabled }: Pressable): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const why = reason ?? (pending === true ? "It is under way." : disabled === true ? "Not possible as things stand." : null);
  useRegisteredAction(name, why, () => {
    button.current?.focus();
    button.current?.click();
  });
  return button;
}

interface Pressable {
  readonly reason: string | null;
  readonly pending: boolean | undefined;
  readonly disabled: boolean | undefined;
}
