/**
 * The console's texts in English, and the list of what every other language must have: its type is Words, so a missing text is a type
 * error. Neighbours: de.ts, use-words.ts. Parts of a text that change are parameters; numbers and times come formatted.
 */
import { englishAges, type AgeWords } from "../format/times.ts";

interface PageWords {
  readonly name: string;
  /** What the page is for, as the palette says it. */
  readonly purpose: string;
}

export interface Words {
  /** The tag for `<html lang>`. */
  readonly tag: "en" | "de";
  readonly navigation: Readonly<
    Record<
      | "overview"
      | "flow"
      | "traces"
      | "entities"
      | "failures"
      | "sql"
      | "functions"
      | "modules"
      | "connectors"
      | "savepoints"
      | "send"
      | "people"
      | "audit",
      PageWords
    >
  >;
  readonly frame: {
    readonly skip: string;
    readonly main: string;
    readonly manage: string;
    readonly more: string;
    readonly morePages: string;
    readonly search: string;
    readonly summary: string;
    readonly ago: string;
    readonly shortcuts: string;
    readonly theme: (now: string) => string;
    readonly themes: Readonly<Record<"system" | "dark" | "light", string>>;
    /** The name of the language to which a press leads, in that language. */
    readonly otherLanguage: string;
    readonly everywhere: string;
    readonly goTo: string;
    readonly goToAnything: string;
    readonly time: string;
    readonly backToNow: string;
  };
  readonly ages: AgeWords;
  readonly overview: {
    readonly demoRuns: string;
    readonly send: string;
    readonly endpoints: string;
    readonly allEndpoints: string;
    readonly whatRuns: string;
    readonly allFunctions: string;
    readonly whatChanged: string;
    readonly loadingCharts: string;
    readonly wall: string;
  };
}

export const en: Words = {
  tag: "en",
  navigation: {
    overview: { name: "Overview", purpose: "Is it well, what changed, what needs me" },
    flow: { name: "Flow", purpose: "What moves now" },
    traces: { name: "Traces", purpose: "One message's whole story" },
    entities: { name: "Entities", purpose: "Find one, read it, its past" },
    failures: { name: "Failures", purpose: "Causes, not rows" },
    sql: { name: "SQL", purpose: "Ask what is there, now and in savepoints" },
    functions: { name: "Functions", purpose: "Who serves what, how well" },
    modules: { name: "Modules", purpose: "What is declared, what would change" },
    connectors: { name: "Connectors", purpose: "What comes in and goes out, what stands in its way" },
    savepoints: { name: "Savepoints", purpose: "Where I can go back to, and what that costs" },
    send: { name: "Send", purpose: "Make something happen" },
    people: { name: "People", purpose: "Who may do what, sessions and tokens" },
    audit: { name: "Audit", purpose: "Who changed what, and what came of it" },
  },
  frame: {
    skip: "Skip to the work area",
    main: "Main",
    manage: "Manage",
    more: "More",
    morePages: "More pages",
    search: "Go to a type, id, trace…",
    summary: "Status summary",
    ago: "ago",
    shortcuts: "Shortcuts",
    theme: (now) => `Theme: ${now}`,
    themes: { system: "as the system", dark: "dark", light: "light" },
    otherLanguage: "Deutsch",
    everywhere: "Everywhere",
    goTo: "Go to",
    goToAnything: "Go to anything",
    time: "Time",
    backToNow: "Back to now",
  },
  ages: englishAges,
  overview: {
    demoRuns: "A demo runs",
    send: "Send a message",
    endpoints: "Endpoints",
    allEndpoints: "All endpoints",
    whatRuns: "What runs",
    allFunctions: "All functions",
    whatChanged: "What changed",
    loadingCharts: "Loading the charts",
    wall: "The charts alone, without navigation",
  },
};
