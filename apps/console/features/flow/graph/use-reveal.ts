/**
 * useReveal: brings one box into view when another one is selected, by the shortest way; the zoom stays. Traffic never moves the view.
 */
"use client";
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useRef, useState, type FocusEvent } from "react";
import { NODE_HEIGHT, NODE_WIDTH, type Place } from "./geometry.ts";

const MARGIN = 24;
/** Waits until the view was fitted to what came or went with it. */
const AFTER_FIT_MS = 80;

export function useReveal(places: ReadonlyMap<string, Place> | null, id: string | undefined): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  const latest = useRef(places);
  useEffect(() => {
    latest.current = places;
  });
  const known = id !== undefined && places?.has(id) === true;
  useEffect(() => {
    if (id === undefined || !known) return undefined;
    const timer = setTimeout(() => {
      const place = latest.current?.get(id);
      if (place === undefined) return;
      const { width, height } = store.getState();
      const { x, y, zoom } = flow.getViewport();
      const across = shift({ from: place.x * zoom + x, size: (place.width ?? NODE_WIDTH) * zoom, room: width });
      const down = shift({ from: place.y * zoom + y, size: (place.height ?? NODE_HEIGHT) * zoom, room: height });
      if (across !== 0 || down !== 0) void flow.setViewport({ x: x + across, y: y + down, zoom });
    }, AFTER_FIT_MS);
    return () => clearTimeout(timer);
  }, [flow, store, id, known]);
}

/** Tab may lead to a box outside the view, which is then brought into it. */
export function useRevealFocused(places: ReadonlyMap<string, Place> | null): (event: FocusEvent) => void {
  const [id, setId] = useState<string>();
  useReveal(places, id);
  return ({ target }) => {
    const box = target.matches(":focus-visible") ? target.closest(".react-flow__node") : null;
    setId(box?.getAttribute("data-id") ?? undefined);
  };
}

/** Returns by how much it has to move to be between the margins; when it is larger than the room, its beginning is shown. */
export function shift({ from, size, room }: { from: number; size: number; room: number }): number {
  const late = Math.max(0, from + size - (room - MARGIN));
  return room === 0 || (late === 0 && from >= MARGIN) ? 0 : Math.max(MARGIN, from - late) - from;
}
