/**
 * PageShortcut: a key that works while it is mounted, and is listed in the sheet that `?` opens.
 */
"use client";
import { useShortcut } from "../../shell/shortcuts.tsx";

export interface PageShortcutProps {
  keys: string;
  shown: string;
  label: string;
  group: string;
  act: () => void;
}

export function PageShortcut({ act, ...shortcut }: PageShortcutProps): null {
  useShortcut(shortcut, act);
  return null;
}
