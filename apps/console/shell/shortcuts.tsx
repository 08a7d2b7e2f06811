/**
 * One registry of what a page can do: keys, and actions without a key. What has a key works and is listed in the sheet that `?` opens; what
 * a page registers is in the palette (command-palette.tsx), and an action that is impossible now says why there. Neighbour: page-action.tsx
 * registers actions. Keys do nothing while a person types, except those that are registered for it (ctrl+K).
 */
"use client";
import { createContext, use, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { useHotkeys } from "react-hotkeys-hook";

export interface Shortcut {
  /** The keys in the notation of react-hotkeys-hook: "mod+k", "g>f"; "?" and "/" are the signs, wherever a keyboard has them. */
  keys: string;
  /** The keys as people read them. */
  shown: string;
  label: string;
  group: string;
}

/** An entry of the sheet and of the palette. */
export interface Registered extends Pick<Shortcut, "label" | "group"> {
  /** Null when it has no key. */
  readonly shown: string | null;
  /** Why it is impossible now; null when it is possible. */
  readonly reason: string | null;
  readonly run: () => void;
}

class ShortcutRegistry {
  #list: readonly Registered[] = [];
  readonly #watchers = new Set<() => void>();

  readonly list = (): readonly Registered[] => this.#list;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  add(one: Registered): () => void {
    this.#change([...this.#list, one]);
    return () => this.#change(this.#list.filter((known) => known !== one));
  }

  #change(next: readonly Registered[]): void {
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

export function useRegistered(): readonly Registered[] {
  const registry = useRegistry();
  return useSyncExternalStore(registry.watch, registry.list, registry.list);
}

/** Form controls in which nobody types. */
const notTyped = ["slider", "radio"] as const;

/** A German keyboard has / above the 7 and ? beside the 0, so what counts is the sign that was typed, whatever keys make it. */
const signs = new Set(["?", "/"]);

function isChord(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
}

/** Registers a shortcut for as long as the component is shown. */
export function useShortcut(shortcut: Shortcut, act: () => void, options: { whileTyping?: boolean } = {}): void {
  const registry = useRegistry();
  const { keys, shown, label, group } = shortcut;
  const run = useLatest(act);
  useEffect(() => registry.add({ shown, label, group, reason: null, run }), [registry, shown, label, group, run]);
  useHotkeys(keys, act, {
    preventDefault: true,
    enableOnFormTags: options.whileTyping === true ? true : notTyped,
    sequenceTimeoutMs: 800,
    ...(signs.has(keys) ? { useKey: true, ignoreModifiers: true, ignoreEventWhen: isChord } : {}),
  });
}

/**
 * Registers an action without a key for as long as the component is shown; does nothing without a label, or on a page without a frame and
 * so without a palette.
 */
export function useRegisteredAction(label: string | undefined, reason: string | null, act: () => void): void {
  const registry = use(RegistryContext);
  const run = useLatest(act);
  useEffect(
    () => (label === undefined ? undefined : registry?.add({ shown: null, label, group: "", reason, run })),
    [registry, label, reason, run],
  );
}

/** Returns one function for as long as the component is shown; it calls the last one given. */
function useLatest(act: () => void): () => void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const [run] = useState(() => () => latest.current());
  return run;
}
