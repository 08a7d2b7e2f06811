/**
 * One registry of shortcuts: what is registered works and stands in the sheet that `?` opens; nothing else does.
 * Keys do nothing while a person types, except those that ask for it (ctrl+K).
 */
"use client";
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { useHotkeys } from "react-hotkeys-hook";

export interface Shortcut {
  /** As react-hotkeys-hook writes them: "mod+k", "g>f"; "?" and "/" are the signs, wherever a keyboard has them. */
  keys: string;
  /** As people read them. */
  shown: string;
  label: string;
  group: string;
}

class ShortcutRegistry {
  #list: readonly Shortcut[] = [];
  readonly #watchers = new Set<() => void>();

  readonly list = (): readonly Shortcut[] => this.#list;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  add(shortcut: Shortcut): () => void {
    this.#change([...this.#list, shortcut]);
    return () => this.#change(this.#list.filter((known) => known !== shortcut));
  }

  #change(next: readonly Shortcut[]): void {
    this.#list = next;
    for (const watcher of this.#watchers) watcher();
  }
}

const RegistryContext = createContext<ShortcutRegistry | null>(null);

function useRegistry(): ShortcutRegistry {
  const registry = use(RegistryContext);
  if (registry === null) throw new Error("useShortcut outside of ShortcutsProvider: use it below shell/shell.tsx");
  return registry;
}

export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(() => new ShortcutRegistry());
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

export function useShortcuts(): readonly Shortcut[] {
  const registry = useRegistry();
  return useSyncExternalStore(registry.watch, registry.list, registry.list);
}

/** Form controls in which nobody types. */
const notTyped = ["slider", "radio"] as const;

/** A German keyboard has / above the 7 and ? beside the 0: what counts is what a person typed, with whatever makes it there. */
const signs = new Set(["?", "/"]);

function isChord(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
}

/** Registers a shortcut for as long as the component is shown. */
export function useShortcut(shortcut: Shortcut, act: () => void, options: { whileTyping?: boolean } = {}): void {
  const registry = useRegistry();
  const { keys, shown, label, group } = shortcut;
  useEffect(() => registry.add({ keys, shown, label, group }), [registry, keys, shown, label, group]);
  useHotkeys(keys, act, {
    preventDefault: true,
    enableOnFormTags: options.whileTyping === true ? true : notTyped,
    sequenceTimeoutMs: 800,
    ...(signs.has(keys) ? { useKey: true, ignoreModifiers: true, ignoreEventWhen: isChord } : {}),
  });
}
