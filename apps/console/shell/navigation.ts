/**
 * The console's navigation and how a link to each page is written. Every link between features comes from here, so that a feature never
 * writes another one's URL. A new page is a route below app/, what it shows in a folder of features/, an entry here with its words in each
 * language, and its section of docs/console.md with a picture (tools/screenshots/pictures.ts); tests name what is missing.
 */
import {
  Activity,
  AlertTriangle,
  Boxes,
  Cable,
  DatabaseZap,
  FileCode2,
  FunctionSquare,
  Gauge,
  History,
  ScrollText,
  Send,
  Users,
  Waypoints,
  type LucideIcon,
} from "lucide-react";
import { equalFilter } from "@signalbox/gateway/shared";
import type { AddressView, StatusSummary } from "../trpc/views.ts";
import { compact } from "../format/numbers.ts";
import type { Words } from "../words/en.ts";
import type { ShellWords } from "../words/shell/en.ts";
import { readings } from "./readings.ts";

export { entityHref } from "../features/entities/entity-href.ts";

export interface NavigationEntry {
  path: string;
  /** The key of its name and purpose in the texts. */
  words: keyof Words["navigation"];
  group: "look" | "manage";
  icon: LucideIcon;
  /** The key that is typed after g. */
  key: string;
  /** The one live number beside the name. */
  live?: (summary: StatusSummary, words: ShellWords) => { text: string; tone: "quiet" | "danger" | "caution"; meaning: string } | null;
}

/** Returns null for people who see only some namespaces, because they are not told. */
function countOf(count: number | null, meaning: string): { text: string; tone: "quiet"; meaning: string } | null {
  return count === null ? null : { text: compact(count), tone: "quiet", meaning };
}

export const navigation: readonly NavigationEntry[] = [
  { path: "/", words: "overview", group: "look", icon: Gauge, key: "o" },
  {
    path: "/flow",
    words: "flow",
    group: "look",
    icon: Activity,
    key: "f",
    live: (summary, words) => ({ text: readings.invocations(summary), tone: "quiet", meaning: words.readings.invocations.explains }),
  },
  { path: "/traces", words: "traces", group: "look", icon: Waypoints, key: "t" },
  {
    path: "/entities",
    words: "entities",
    group: "look",
    icon: Boxes,
    key: "e",
    live: (summary, { busy, meanings }) =>
      summary.inFlight === 0 ? null : { text: busy(compact(summary.inFlight)), tone: "quiet", meaning: meanings.inFlight },
  },
  {
    path: "/failures",
    words: "failures",
    group: "look",
    icon: AlertTriangle,
    key: "x",
    live: (summary, { meanings }) => {
      if (summary.parked > 0) return { text: compact(summary.parked), tone: "danger", meaning: meanings.parked };
      if (summary.backingOff > 0) return { text: compact(summary.backingOff), tone: "caution", meaning: meanings.backingOff };
      return null;
    },
  },
  { path: "/sql", words: "sql", group: "look", icon: DatabaseZap, key: "q" },
  {
    path: "/functions",
    words: "functions",
    group: "manage",
    icon: FunctionSquare,
    key: "u",
    live: (summary, { down, meanings }) =>
      summary.troubledEndpoints > 0
        ? { text: down(summary.troubledEndpoints), tone: "danger", meaning: meanings.troubled }
        : { text: compact(summary.functionTypes), tone: "quiet", meaning: meanings.types },
  },
  {
    path: "/modules",
    words: "modules",
    group: "manage",
    icon: FileCode2,
    key: "m",
    live: (summary, { meanings }) => countOf(summary.modules, meanings.modules),
  },
  { path: "/connectors", words: "connectors", group: "manage", icon: Cable, key: "c" },
  {
    path: "/savepoints",
    words: "savepoints",
    group: "manage",
    icon: History,
    key: "s",
    live: (summary, { meanings }) => countOf(summary.savepoints, meanings.savepoints),
  },
  { path: "/send", words: "send", group: "manage", icon: Send, key: "n" },
  { path: "/people", words: "people", group: "manage", icon: Users, key: "p" },
  { path: "/audit", words: "audit", group: "manage", icon: ScrollText, key: "a" },
];

export function isAt(entry: NavigationEntry, pathname: string): boolean {
  return entry.path === "/" ? pathname === "/" : pathname === entry.path || pathname.startsWith(`${entry.path}/`);
}

export function traceHref(trace: number, sequence?: number): string {
  return sequence === undefined ? `/traces/${trace}` : `/traces/${trace}?hop=${sequence}`;
}

export function sendHref(prefill: { type?: string; id?: string } = {}): string {
  const query = new URLSearchParams(prefill).toString();
  return query === "" ? "/send" : `/send?${query}`;
}

/** Links to the flow with the tail of exactly this type, entity or outcome. */
export function tailHref({ type, id, is }: { type?: string; id?: string; is?: string }): string {
  return `/flow?${new URLSearchParams({ filter: equalFilter({ type, id, status: is }) }).toString()}`;
}

/** Links to the film of a trace over the whole Flow. */
export function filmHref(trace: number): string {
  return `/flow?film=${trace}`;
}

/** Parses "shop/cart/bob"; undefined while the text does not name an entity. */
export function parseAddress(text: string): AddressView | undefined {
  const match = /^([^/\s]+\/[^/\s]+)\/(.+)$/.exec(text.trim());
  const type = match?.[1];
  const id = match?.[2];
  return type === undefined || id === undefined ? undefined : { type, id };
}
