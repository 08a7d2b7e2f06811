/** The texts of Flow that are there at once: its graph and the live tail. The page is heavy, so what is opened later has its own: flow-more. */

export interface DotsThen {
  readonly from: string;
  readonly to: string;
  readonly dots: string;
}

export const en = {
  title: "Flow",
  filter: "Filter the tail",
  goOn: "Go on",
  pause: "Pause",
  pauseKey: "Pause or go on",
  viewKey: "Graph or table",
  showAs: "Show the flow as",
  graph: "Graph",
  table: "Table",
  tail: "Tail",
  loading: "Loading the graph",
  noGraph: "No graph yet",
  noGraphAbout: "The live stream does not answer; the line above says why. The graph appears as soon as it does.",
  dotsThen: ({ from, to, dots }: DotsThen) =>
    `every dot is a recorded message of ${from} to ${to}, ${dots} of them · boxes stand as now, what waited is not known`,
  offline: "standing still: the gateway does not answer",
  paused: "paused: dots stand by, numbers go on",
  still: (moved: string) => `${moved}/s move · motion is reduced, so numbers only`,
  dots: (shown: string, moved: string) =>
    `one dot is one message · ${shown} shown of ${moved}/s · click a dot to open it, a line to hold it`,
  locateKey: "Locate a type or an entity",
  locateLabel: "Locate a namespace, type or entity",
  locate: "Locate",
  entity: "entity",
  beyond: (count: number) => `${count} out of view`,
  beyondTitle: "Moves the graph on to them; twice shows it from its beginning",
  wait: (count: string) => `${count} wait`,
  types: (count: number) => (count === 1 ? "1 type" : `${count} types`),
  zoom: "How far the graph is zoomed",
  levelTypes: "Types",
  levelNamespaces: "Namespaces",
  where: "Where in the graph",
  all: "all",
  levelOut: "One level out",
  live: "Live graph. The table shows the same.",
  controls: {
    "controls.ariaLabel": "Control Panel",
    "controls.zoomIn.ariaLabel": "Zoom In",
    "controls.zoomOut.ariaLabel": "Zoom Out",
    "controls.fitView.ariaLabel": "Fit View",
    "node.a11yDescription.keyboardDisabled": "A place in the graph",
    "edge.a11yDescription.default": "A way in the graph",
  },
  arrange: "Arrange",
  arrangeAbout: "Lays out all nodes anew; nothing else moves them",
  /** What a node's state is called; the gateway says it in English. */
  state: (word: string) => word,
  kinds: { type: "function type", ingress: "ingress", egress: "egress" },
  openNode: (kind: string, name: string, state: string) => `Open ${kind} ${name}: ${state}`,
  showRows: "Show its rows in the tail and its hottest entities",
  waiting: (count: string) => `${count} waiting`,
  failing: "failing",
  rows: {
    is: { "standing still": "standing still", paused: "paused", held: "held", live: "live" },
    leftOut: (count: string) => `${count} left out`,
    leftOutAbout: "Rows that matched but were not sent, because more came than a person can read. Narrow the filter to see all.",
    unclear: (count: string) => `${count} unclear`,
    unclearAbout: "Rows of which the filter could not tell: they hold something else than it asks for, or more than it may look at.",
    fresh: (count: string) => `${count} new`,
    last: (count: string) => `the last ${count}`,
    offline: "No rows yet: the gateway does not answer. They come as soon as it does.",
    still: "The tail stands still. What came since is one press away: the number above.",
    noneFits: "Nothing that ended since you set this filter matches it. Rows appear here when something does.",
    none: "Every invocation that ends, every attempt that fails and every action of a person appears here, newest first.",
    clear: "Clear the filter",
    label: "Rows of the tail, newest first",
    attempt: (number: number) => `attempt ${number}`,
    parked: "parked",
  },
};

export type FlowWords = typeof en;
