/** PageShortcut: a key that works while it is mounted, and stands in the sheet that `?` opens. */
"use client";
import { useShortcut } from "../../shell/shortcuts.tsx";

export function PageShortcut({ keys, shown, label, act }: { keys: string; shown: string; label: string; act: () => void }): null {
  useShortcut({ keys, shown, label, group: "Trace" }, act);
  return null;
}
