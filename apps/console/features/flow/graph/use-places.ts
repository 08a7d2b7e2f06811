/**
 * The places of the graph's nodes: arranged once when the graph is first known (and once more when its first links appear), then only added
 * to. The browser remembers them, so that a reload shows the same picture; a person may move nodes.
 */
"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { FlowEdge, FlowNode } from "../../../trpc/views.ts";
import { arrangeInColumns } from "./columns.ts";
import type { Point } from "./geometry.ts";
import { placeMissing } from "./placement.ts";

const STORAGE_KEY = "signalbox.flow.places";
const REMEMBERED_MAX = 2_000;
const SETTLE_MS = 700;

interface Places {
  byId: ReadonlyMap<string, Point>;
  /** Whether the layout knew links between nodes; before that, columns are a guess. */
  linked: boolean;
}

export interface PlacesApi {
  places: ReadonlyMap<string, Point> | null;
  move: (id: string, to: Point) => void;
  arrange: () => void;
  /** Counts full layouts, so that the view is fitted after each. */
  arrangements: number;
}

export function usePlaces(nodes: readonly FlowNode[], edges: readonly FlowEdge[], known: boolean): PlacesApi {
  const [places, setPlaces] = useState<Places | null>(null);
  const [arrangements, setArrangements] = useState(0);
  const latest = useRef({ nodes, edges });
  useEffect(() => {
    latest.current = { nodes, edges };
  });

  const arrange = useCallback(() => {
    const asked = latest.current;
    const arranged = { byId: arrangeInColumns(asked.nodes, asked.edges), linked: asked.edges.length > 0 };
    remember(arranged);
    setPlaces(arranged);
    setArrangements((count) => count + 1);
  }, []);

  const shape = nodes.map((node) => node.id).join(" ");
  const linked = edges.length > 0;
  useEffect(() => {
    if (!known || latest.current.nodes.length === 0) return undefined;
    if (places === null) {
      const before = recall();
      if (before !== null && latest.current.nodes.some((node) => before.byId.has(node.id))) {
        setPlaces(before);
        setArrangements((count) => count + 1);
        return undefined;
      }
    }
    if (places === null || (linked && !places.linked)) {
      const timer = setTimeout(arrange, places === null ? 0 : SETTLE_MS);
      return () => clearTimeout(timer);
    }
    if (latest.current.nodes.some((node) => !places.byId.has(node.id))) {
      const next = { ...places, byId: placeMissing(latest.current.nodes, latest.current.edges, places.byId) };
      remember(next);
      setPlaces(next);
    }
    return undefined;
  }, [known, shape, linked, places, arrange]);

  const move = useCallback((id: string, to: Point) => {
    setPlaces((before) => {
      if (before === null) return before;
      const next = { ...before, byId: new Map(before.byId).set(id, to) };
      remember(next);
      return next;
    });
  }, []);

  return { places: places?.byId ?? null, move, arrange, arrangements };
}

function recall(): Places | null {
  try {
    const text = localStorage.getItem(STORAGE_KEY);
    return text === null ? null : placesIn(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Parsed by hand, so that the page with the heaviest rendering needs no schema library. */
export function placesIn(stored: unknown): Places | null {
  if (typeof stored !== "object" || stored === null || !("places" in stored) || !("linked" in stored)) return null;
  const { places, linked } = stored;
  if (typeof linked !== "boolean" || typeof places !== "object" || places === null) return null;
  const byId = new Map<string, Point>();
  for (const [id, place] of Object.entries(places)) {
    if (!isPoint(place)) return null;
    byId.set(id, { x: place.x, y: place.y });
  }
  return { linked, byId };
}

function isPoint(value: unknown): value is Point {
  if (typeof value !== "object" || value === null || !("x" in value) || !("y" in value)) return false;
  return Number.isFinite(value.x) && Number.isFinite(value.y);
}

function remember({ byId, linked }: Places): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ linked, places: Object.fromEntries([...byId].slice(-REMEMBERED_MAX)) }));
  } catch {
    // Without storage (full or forbidden) only the memory of places is lost.
  }
}
