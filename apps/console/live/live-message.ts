/**
 * What passes between a tab and the hub that holds the browser's one live stream (live-hub.ts), whatever carries it (live-link.ts). Plain
 * data.
 */
import type { FlowPlaces } from "@signalbox/gateway/shared";
import type { LiveFrame, LiveNeeds, StatusSummary, TimelineBucket } from "../trpc/views.ts";
import type { Refusal } from "./live-stream.ts";

/** Upwards: what the tab shows now, repeated every HEARTBEAT_MS; `needs` is null when it is hidden or closes. */
export interface TabSays {
  readonly needs: LiveNeeds | null;
}

/** Downwards. */
export type HubSays =
  /** Everything that frames build upon, for a tab that joins a running stream. */
  | {
      readonly kind: "snapshot";
      readonly summary: StatusSummary | null;
      readonly timeline: readonly TimelineBucket[];
      readonly flow: FlowPlaces | null;
      readonly frameMs: number;
    }
  | { readonly kind: "frame"; readonly frame: LiveFrame }
  /** Frames stopped; `refusal` says why when the gateway refused. */
  | { readonly kind: "lost"; readonly refusal: Refusal | null };

export const HEARTBEAT_MS = 10_000;
/** A tab that crashed says nothing, so it is forgotten after this; one that was forgotten by mistake joins again with its next message. */
export const SILENT_TAB_MS_MAX = 35_000;
