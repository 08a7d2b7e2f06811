/**
 * Toaster and toast: the result of an action, for a moment, at the lower right. Errors do not vanish here: they stay where the action was
 * taken. The list and its library are fetched for the first toast, because most visits see none.
 */
"use client";
import { lazy, Suspense, useSyncExternalStore, type ReactElement } from "react";
import type { ShowToast } from "./toast-list.tsx";

const ToastList = lazy(async () => ({ default: (await import("./toast-list.tsx")).ToastList }));

interface ToastOptions {
  description?: string;
  action?: { label: string; onClick: () => void };
}

const list = Promise.withResolvers<ShowToast>();
const watchers = new Set<() => void>();
let wanted = false;

async function shown(): Promise<ShowToast> {
  wanted = true;
  for (const watcher of watchers) watcher();
  return await list.promise;
}

export function toast(title: string, options?: ToastOptions): void {
  void shown().then((show) => show(title, options));
}

toast.error = (title: string, options?: ToastOptions): void => {
  void shown().then((show) => show.error(title, options));
};

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function Toaster(): ReactElement | null {
  const isWanted = useSyncExternalStore(
    watch,
    () => wanted,
    () => false,
  );
  if (!isWanted) return null;
  return (
    <Suspense>
      <ToastList onReady={list.resolve} />
    </Suspense>
  );
}
