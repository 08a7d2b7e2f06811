/**
 * WallKey: the key `w` gives the charts the whole width, without the sidebar, and takes it back. It is in the URL (`?wall=true`), for a
 * screen on a wall. Neighbour: app/globals.css hides the sidebar.
 */
"use client";
import { parseAsBoolean, useQueryState } from "nuqs";
import { useEffect } from "react";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { useWords } from "../../words/use-words.ts";

export function WallKey(): null {
  const [wall, setWall] = useQueryState("wall", parseAsBoolean.withDefault(false));
  const { overview, navigation } = useWords();
  useShortcut({ keys: "w", shown: "w", label: overview.wall, group: navigation.overview.name }, () => void setWall((on) => !on));
  useEffect(() => {
    if (!wall) return undefined;
    document.documentElement.dataset["wall"] = "on";
    return () => {
      delete document.documentElement.dataset["wall"];
    };
  }, [wall]);
  return null;
}
