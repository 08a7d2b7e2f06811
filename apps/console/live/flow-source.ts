/**
 * FlowSource: where the graph and its dots come from: the live stream, or a replay of what the journal recorded
 * (features/flow/past-flow.ts).
 */
"use client";
import { createContext } from "react";
import type { FlowHeard } from "./live-store.ts";

export interface FlowSource {
  onFlow(listener: (heard: FlowHeard) => void): () => void;
}

/** Null for the live stream. */
export const FlowSourceContext = createContext<FlowSource | null>(null);
