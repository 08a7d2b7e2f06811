/**
 * useZoomPast: turning the wheel beyond the ends of the zoom leads to the next level of the graph: smaller text could not be read, so types
 * become namespaces; larger boxes would show no more, so a namespace opens. It takes a decided turn, and a rest before the next one.
 */
"use client";
import { useReactFlow } from "@xyflow/react";
import { useRef, type WheelEvent } from "react";

/** Below this zoom text would be under 11 px; a graph that does not fit then is shown from its beginning and panned. */
export const ZOOM_MIN = 0.92;
export const ZOOM_MAX = 1.6;
const TURN_PIXELS = 240;
const REST_MS = 350;
const NEAR = 0.001;

export function useZoomPast(
  onZoomPast: ((way: "in" | "out", id: string | undefined) => void) | undefined,
): (event: WheelEvent<HTMLElement>) => void {
  const flow = useReactFlow();
  const turned = useRef({ pixels: 0, atMs: 0, done: false });
  return (event) => {
    if (onZoomPast === undefined || event.deltaY === 0) return;
    const way = event.deltaY > 0 ? "out" : "in";
    const zoom = flow.getZoom();
    const atEnd = way === "out" ? zoom <= ZOOM_MIN + NEAR : zoom >= ZOOM_MAX - NEAR;
    const state = turned.current;
    // One turn of the wheel is one level, however far it goes.
    if (event.timeStamp - state.atMs > REST_MS) turned.current = { pixels: 0, atMs: event.timeStamp, done: false };
    const now = turned.current;
    now.atMs = event.timeStamp;
    if (!atEnd || now.done) return;
    now.pixels += Math.abs(event.deltaY);
    if (now.pixels < TURN_PIXELS) return;
    now.done = true;
    const node = event.target instanceof Element ? event.target.closest<HTMLElement>(".react-flow__node") : null;
    onZoomPast(way, node?.dataset["id"]);
  };
}
