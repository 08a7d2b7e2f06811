/**
 * The console's places and how a link to each is written. Every link between features comes from here, so that a feature
 * never spells another one's URL.
 */
import {
  Activity,
  AlertTriangle,
  Boxes,
  FileCode2,
  FunctionSquare,
  Gauge,
  History,
  ScrollText,
  Send,
  Waypoints,
  type LucideIcon,
} from "lucide-react";
import { everyRow, filterText, withField } from "@signalbox/gateway/shared";
import type { AddressView, Pulse } from "../trpc/views.ts";
import { compact } from "../format/numbers.ts";
import { readings } from "./readings.ts";

export { entityHref } from "../features/entities/entity-href.ts";

export interface Place {
  path: string;
  name: string;
  group: "look" | "manage";
  icon: LucideIcon;
  /** Typed after g. */
  key: string;
  /** What the place is for, as the palette says it. */
  purpose: string;
  /** The one live number beside the name. */
  live?: (pulse: Pulse) => { text: string; tone: "quiet" | "danger" | "caution"; meaning: string } | null;
}

export const places: readonly Place[] = [
  { path: "/", name: "Overview", group: "look", icon: Gauge, key: "o", purpose: "Is it well, what changed, what needs me" },
  {
    path: "/flow",
    name: "Flow",
    group: "look",
    icon: Activity,
    key: "f",
    purpose: "What moves now",
    live: (pulse) => ({ text: readings.invocations.value(pulse), tone: "quiet", meaning: readings.invocations.explains }),
  },
  { path: "/traces", name: "Traces", group: "look", icon: Waypoints, key: "t", purpose: "One message's whole story" },
  {
    path: "/entities",
    name: "Entities",
    group: "look",
    icon: Boxes,
    key: "e",
    purpose: "Find one, read it, its past",
    live: (pulse) =>
      pulse.inFlight === 0 ? null : { text: `${compact(pulse.inFlight)} busy`, tone: "quiet", meaning: "entities in flight" },
  },
  {
    path: "/failures",
    name: "Failures",
    group: "look",
    icon: AlertTriangle,
    key: "x",
    purpose: "Causes, not rows",
    live: (pulse) => {
      if (pulse.parked > 0) return { text: compact(pulse.parked), tone: "danger", meaning: "entities parked" };
      if (pulse.backingOff > 0) return { text: compact(pulse.backingOff), tone: "caution", meaning: "entities backing off" };
      return null;
    },
  },
  {
    path: "/functions",
    name: "Functions",
    group: "manage",
    icon: FunctionSquare,
    key: "u",
    purpose: "Who serves what, how well",
    live: (pulse) =>
      pulse.troubledEndpoints > 0
        ? { text: `${pulse.troubledEndpoints} down`, tone: "danger", meaning: "endpoints in trouble" }
        : { text: compact(pulse.functionTypes), tone: "quiet", meaning: "function types" },
  },
  {
    path: "/modules",
    name: "Modules",
    group: "manage",
    icon: FileCode2,
    key: "m",
    purpose: "What is declared, what would change",
    live: (pulse) => ({ text: compact(pulse.modules), tone: "quiet", meaning: "modules" }),
  },
  {
    path: "/savepoints",
    name: "Savepoints",
    group: "manage",
    icon: History,
    key: "s",
    purpose: "Where I can go back to, and what that costs",
    live: (pulse) => ({ text: compact(pulse.savepoints), tone: "quiet", meaning: "savepoints" }),
  },
  { path: "/send", name: "Send", group: "manage", icon: Send, key: "n", purpose: "Make something happen" },
  { path: "/audit", name: "Audit", group: "manage", icon: ScrollText, key: "a", purpose: "Who changed what, and what came of it" },
];

export function isAt(place: Place, pathname: string): boolean {
  return place.path === "/" ? pathname === "/" : pathname === place.path || pathname.startsWith(`${place.path}/`);
}

export function traceHref(trace: number, sequence?: number): string {
  return sequence === undefined ? `/traces/${trace}` : `/traces/${trace}?at=${sequence}`;
}

export function sendHref(prefill: { type?: string; id?: string } = {}): string {
  const query = new URLSearchParams(prefill).toString();
  return query === "" ? "/send" : `/send?${query}`;
}

/** The flow with the tail of exactly this type, entity or outcome. */
export function tailHref({ type, id, is }: { type?: string; id?: string; is?: string }): string {
  let filter = everyRow;
  if (is !== undefined) filter = withField(filter, "is", is);
  if (id !== undefined) filter = withField(filter, "id", id);
  if (type !== undefined) filter = withField(filter, "type", type);
  return `/flow?${new URLSearchParams({ filter: filterText(filter) }).toString()}`;
}

/** "shop/cart/bob" → the entity; undefined while the text does not name one. */
export function parseAddress(text: string): AddressView | undefined {
  const match = /^([^/\s]+\/[^/\s]+)\/(.+)$/.exec(text.trim());
  const type = match?.[1];
  const id = match?.[2];
  return type === undefined || id === undefined ? undefined : { type, id };
}
