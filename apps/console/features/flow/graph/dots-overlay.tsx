/**
 * The canvas over the graph on which the dots move. It draws only while something moves, and follows pan and zoom; with
 * prefers-reduced-motion it draws nothing (the numbers on the edges remain).
 */
"use client";
import { useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import type { FlowDot } from "../../../trpc/views.ts";
import type { DotField } from "./dot-field.ts";
import type { Place, Point } from "./geometry.ts";

const RADIUS = 3.2;
const STEP_MS_MAX = 100;

export interface DotsOverlayProps {
  field: DotField;
  /** The dot that gets a ring: the one that the inspector shows or the pointer is over. */
  ringed: { current: FlowDot | null };
  /** Set once the overlay can be woken; dots and viewport changes wake it. */
  wake: { current: () => void };
  /** Boxes that hide the dots behind them. */
  behind: ReadonlyMap<string, Place> | null;
}

export function DotsOverlay({ field, ringed, wake, behind }: DotsOverlayProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    let frame = 0;
    let before = 0;
    const draw = (now: number): void => {
      const { width, height, transform } = flow.getState();
      field.step(before === 0 ? 0 : Math.min(now - before, STEP_MS_MAX));
      before = now;
      drawDots(element, { field, width, height, transform, ringed: ringed.current, behind });
      if (field.size > 0) {
        frame = requestAnimationFrame(draw);
      } else {
        frame = 0;
        before = 0;
      }
    };
    const start = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    wake.current = start;
    const forget = flow.subscribe((state, previous) => {
      if (state.transform !== previous.transform || state.width !== previous.width || state.height !== previous.height) start();
    });
    return () => {
      forget();
      cancelAnimationFrame(frame);
      wake.current = () => undefined;
    };
  }, [field, flow, ringed, wake, behind]);

  return <canvas ref={canvas} className="pointer-events-none absolute inset-0 z-[5] size-full" aria-hidden="true" />;
}

interface Scene {
  field: DotField;
  width: number;
  height: number;
  transform: readonly [number, number, number];
  ringed: FlowDot | null;
  behind: ReadonlyMap<string, Place> | null;
}

function drawDots(element: HTMLCanvasElement, { field, width, height, transform, ringed, behind }: Scene): void {
  const context = element.getContext("2d");
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, element.width, element.height);
  const [x, y, zoom] = transform;
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y);
  const style = getComputedStyle(element);
  const inks = {
    message: style.getPropertyValue("--message"),
    egress: style.getPropertyValue("--egress"),
    danger: style.getPropertyValue("--danger"),
    text: style.getPropertyValue("--text"),
  };
  const boxes = behind === null ? [] : [...behind.values()];
  for (const { dot, at } of field.places()) {
    if (boxes.some((box) => isInside(at, box))) continue;
    context.beginPath();
    if (dot.failed) {
      cross(context, at);
      context.strokeStyle = inks.danger;
      context.lineWidth = 2;
      context.stroke();
    } else {
      context.arc(at.x, at.y, RADIUS, 0, Math.PI * 2);
      context.fillStyle = dot.edge.includes("→egress:") ? inks.egress : inks.message;
      context.fill();
    }
    if (ringed !== null && dot.sequence === ringed.sequence && dot.edge === ringed.edge) {
      context.beginPath();
      context.arc(at.x, at.y, RADIUS + 4, 0, Math.PI * 2);
      context.strokeStyle = inks.text;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }
}

function isInside({ x, y }: Point, { x: left, y: top, width = 0, height = 0 }: Place): boolean {
  return x > left && y > top && x < left + width && y < top + height;
}

function cross(context: CanvasRenderingContext2D, { x, y }: Point): void {
  context.moveTo(x - RADIUS, y - RADIUS);
  context.lineTo(x + RADIUS, y + RADIUS);
  context.moveTo(x + RADIUS, y - RADIUS);
  context.lineTo(x - RADIUS, y + RADIUS);
}
