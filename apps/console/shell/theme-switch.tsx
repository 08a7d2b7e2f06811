/**
 * Chooses dark, light, or the system's theme; the browser remembers it.
 */
"use client";
import { Monitor, Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useEffect, useState } from "react";
import { IconButton } from "../ui/button.tsx";
import { useWords } from "../words/use-words.ts";

const order = ["system", "dark", "light"] as const;
type Theme = (typeof order)[number];
const icons = { system: Monitor, dark: Moon, light: Sun } as const;

function known(theme: string | undefined): Theme {
  return order.find((name) => name === theme) ?? "system";
}

export function useNextTheme(): { current: Theme; turn: () => void } {
  const { theme, setTheme } = useTheme();
  const current = known(theme);
  return { current, turn: () => setTheme(order[(order.indexOf(current) + 1) % order.length] ?? "system") };
}

export function ThemeSwitch() {
  const { current, turn } = useNextTheme();
  const [mounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  const shown = mounted ? current : "system";
  const Icon = icons[shown];
  const { frame: words } = useWords();
  return (
    <IconButton label={words.theme(words.themes[shown])} size="small" onClick={turn}>
      <Icon aria-hidden="true" className="size-3.5" />
    </IconButton>
  );
}
