/**
 * What passes between a tab and the hub that holds the browser's one live stream (live-hub.ts), by whatever way (live-link.ts). Plain data.
 */
import type { FlowPlaces } from "@signalbox/gateway/shared";
import type { LiveFrame, LiveNeeds, StatusSummary, TimelineBucket } from "../trpc/views.ts";
import type { Refusal } from "./live-stream.ts";

/** Up: what the tab shows now, said again every HEARTBEAT_MS; null: it is hidden or goes. */
export interface TabSays {
  readonly needs: LiveNeeds | null;
}

/** Down. */
export type HubSays =
  /** All that frames build upon, for a tab that joins a running stream. */
  | {
      readonly kind: "snapshot";
      readonly summary: StatusSummary | null;
      readonly timeline: readonly TimelineBucket[];
      readonly flow: FlowPlaces | null;
      readonly frameMs: number;
    }
  | { readonly kind: "frame"; readonly frame: LiveFrame }
  /** Frames stopped; `refusal` says why where the gateway did. */
  | { readonly kind: "lost"; readonly refusal: Refusal | null };

export const HEARTBEAT_MS = 10_000;
/** A tab that crashed says nothing: after this it is forgotten, and one that was forgotten by mistake joins again with its next word. */
export const SILENT_TAB_MS_MAX = 35_000;
