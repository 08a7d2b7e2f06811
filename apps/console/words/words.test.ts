/** Texts are outside of the code: the translated pages hold none of their own, and the languages say the same things. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { counting } from "./counting.ts";
import { languageOf } from "./use-words.ts";

const root = join(import.meta.dirname, "..");

function componentsIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".tsx") && !name.endsWith(".test.tsx"))
    .map((name) => `${folder}/${name}`);
}

/** Each folder of texts, and the components and the makers of words that take theirs from it and hold none of their own. "": the frame. */
const translated: Readonly<Record<string, readonly string[]>> = {
  "": [...["shell", "sidebar", "theme-switch"].map((name) => `shell/${name}.tsx`), "words/language-switch.tsx"],
  guide: componentsIn("features/guide"),
  shell: [
    ...["status-strip", "status-indicator", "timeline", "timeline-story", "inspector", "page-header", "banners", "navigation-guard"].map(
      (name) => `shell/${name}.tsx`,
    ),
    "identity/who-am-i.tsx",
    "ui/text/copy-button.tsx",
    "ui/dialog/dialog.tsx",
    "ui/dialog/confirm-dialog.tsx",
    "ui/form/select.tsx",
    ...["time-strip", "playback-controls"].map((name) => `time/${name}.tsx`),
    "shell/readings.ts",
    ...["query-view", "error-state", "skeleton"].map((name) => `ui/feedback/${name}.tsx`),
    "ui/form/combobox.tsx",
  ],
  overview: [...componentsIn("features/overview"), ...componentsIn("features/wall"), "features/wall/wall-strips.ts"],
  notices: [
    ...["health-banner", "command-palette", "shortcuts-sheet"].map((name) => `shell/${name}.tsx`),
    "shell/health-words.ts",
    "time/past-notice.tsx",
    "identity/taken-note.tsx",
    "identity/password-dialog.tsx",
    "identity/password-problem.ts",
    "features/help/docs-panel.tsx",
  ],
  may: ["identity/use-may.ts", "identity/grants-text.ts", "capability/capability-note.tsx"],
  filter: [...componentsIn("filter"), "filter/looked-words.ts"],
  entrance: [...componentsIn("features/sign-in"), "features/sign-in/post-json.ts"],
  audit: [...componentsIn("features/audit"), "features/audit/audit-words.ts"],
  sql: componentsIn("features/sql"),
  people: [...componentsIn("features/people"), "features/people/people-words.ts"],
  erasures: [...componentsIn("features/erasures"), "features/erasures/erasure-words.ts"],
  waiting: ["features/waiting/wait-words.ts", "features/waiting/why-it-waits.tsx"],
  pauses: [...componentsIn("features/pauses"), "features/pauses/pause-words.ts"],
  failure: ["features/entities/failure-note.tsx"],
  problems: ["ui/feedback/problem.ts", "ui/feedback/error-state.tsx", "ui/feedback/query-view.tsx"],
  functions: [
    ...componentsIn("features/functions").filter((path) => !path.endsWith("/breaker-word.tsx")),
    "features/functions/limit-words.ts",
    "features/functions/endpoint-form.ts",
  ],
  past: [...componentsIn("features/past"), ...["past-words", "as-of-words", "waiting-words"].map((name) => `features/past/${name}.ts`)],
  savepoints: [
    ...["savepoints-page", "savepoint-inspector", "savepoint-contents", "eras-table", "journal-kept", "backup-button", "use-upload"].map(
      (name) => `features/savepoints/${name}.tsx`,
    ),
    ...["restore-dialog", "restore-drawing", "restore-progress", "past-restore", "egress-ledger"].map(
      (name) => `features/savepoints/${name}.tsx`,
    ),
    ...["contents-words", "era-rows", "journal-words", "restore-words"].map((name) => `features/savepoints/${name}.ts`),
  ],
  send: componentsIn("features/send"),
  staged: ["features/entities/staged-edits.tsx"],
  values: [
    ...["value-view", "state-diff", "state-line"].map((name) => `values/${name}.tsx`),
    ...["caller-link", "record-detail", "edit-value-dialog", "three-way-view"].map((name) => `features/entities/${name}.tsx`),
    ...componentsIn("features/unmask"),
    "ui/editor/merge-view.tsx",
  ],
  traces: ["features/traces/traces-page.tsx"],
  story: [
    ...componentsIn("features/traces").filter((path) => !/\/(?:traces-page|film-bar)\.tsx$/.test(path)),
    "features/traces/compare-traces.ts",
  ],
  record: [...componentsIn("features/invocation"), "features/traces/film-bar.tsx"],
  reproduction: [
    ...componentsIn("features/reproductions"),
    "features/reproductions/reproduction-words.ts",
    ...["export-case-button", "export-case-dialog"].map((name) => `features/entities/${name}.tsx`),
  ],
  modules: [...componentsIn("features/modules"), "features/modules/template.ts"],
  "module-form": [...componentsIn("features/modules/form"), "features/modules/form/form-errors.ts"],
  comparisons: componentsIn("features/comparisons"),
  move: [
    ...["move-page", "move-plan-table", "move-run"].map((name) => `features/savepoints/${name}.tsx`),
    "features/savepoints/move-words.ts",
  ],
  bootstrap: [...componentsIn("features/bootstrap"), "features/bootstrap/source-draft.ts"],
  write: componentsIn("features/write"),
  invariants: [...componentsIn("features/invariants"), "features/invariants/invariant-words.ts"],
  breakpoints: [...componentsIn("features/breakpoints"), "features/breakpoints/breakpoint-words.ts"],
  cluster: [...componentsIn("features/cluster"), "features/cluster/cluster-words.ts"],
  told: ["ui/text/told.tsx"],
  flow: [
    ...["flow-page", "tail-panel", "flow-toolbar", "locate-box", "drawn-graph"].map((name) => `features/flow/${name}.tsx`),
    ...componentsIn("features/flow/graph"),
  ],
  "flow-more": [
    ...["flow-inspector", "pressure-inspector", "pressure-chain", "type-heat", "flow-tables", "past-tail", "past-replay"].map(
      (name) => `features/flow/${name}.tsx`,
    ),
    "features/flow/film/flow-film.tsx",
  ],
  places: ["app/(console)/error.tsx", "features/help/no-such-page.tsx"],
  breaker: ["features/functions/breaker-word.tsx"],
  connector: ["features/doors/connector-words.ts", "features/doors/connector-note.tsx"],
  doors: [...componentsIn("features/doors"), "features/doors/seek-words.ts"],
  entities: ["entities-page", "entity-list", "entity-columns", "tally-bar", "export-menu", "matching-dialog"].map(
    (name) => `features/entities/${name}.tsx`,
  ),
  entity: ["entity-page", "entity-side", "entity-state", "entity-mailbox", "entity-history", "reason-field", "erased-note"].map(
    (name) => `features/entities/${name}.tsx`,
  ),
  "entity-acts": ["features/entities/entity-actions.tsx"],
  status: ["features/entities/entity-status.tsx"],
  failures: componentsIn("features/failures"),
  "bulk-act": ["features/failures/bulk-act-page.tsx", "features/failures/act-words.ts"],
};

const folders = [
  "",
  ...readdirSync(import.meta.dirname, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])),
];

async function textsOf(folder: string, language: "de" | "en"): Promise<object> {
  const file: Readonly<Record<string, object>> = await import(join(import.meta.dirname, folder, `${language}.ts`));
  return file[language] ?? {};
}

/** The keys as they stand on keyboards, and what nobody reads. */
const notWords = new Set([
  "Signalbox",
  "namespace/name/id",
  "hex",
  "base64",
  "true",
  "false",
  "AAECAw==",
  "curl",
  "SDK",
  "gRPC",
  "bob",
  "${label}, JSON",
  "ctrl Enter",
  "shop/cart",
  "shop/*",
  "http://127.0.0.1:8000/statefun",
  "example/greeter",
  "cart, stock",
  "maxNumBatchRequests",
  "pid",
  "docs/",
  "SQL",
  "NULL",
  "CSV",
  "JSON Lines",
  "Mac OS",
  "use client",
  "ctrl K",
  "Esc",
  "URL",
  "https://…",
  "Authorization: Bearer ${secret.NAME}",
  "namespace/name",
  "Enter",
  "state.${path}",
  "message",
  "value",
  "flink-savepoints",
  "flink-savepoints/",
  "YAML",
  "postgresql://reader@db.example/crm",
  "visits",
  "shop/stock",
  "state.left >= 0",
  "state.total < 0",
  "value.amount > 1000",
  "Flink",
  "| null,",
]);
const read = "aria-label|title|label|placeholder|what|description|words|group|alt|header|explains|hint|note|confirmLabel";

/** What a person would read in the source of a component: text between tags, and attributes and parts that are shown or read out. */
function textsIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
  const between = [...code.matchAll(/(?<=[^=\s]>|\n\s*>)\s*([^<>{}()[\]=;]*[A-Za-z]{3,}[^<>{}()[\]=;]*?)\s*(?=<\/|\{|<[A-Za-z])/g)].map(
    ([, text]) => text ?? "",
  );
  const given = [...code.matchAll(new RegExp(`(?:${read})(?:=|: )(?:\\{)?["\`]([^"\`]*[A-Za-z]{2,}[^"\`]*)["\`]`, "g"))].map(
    ([, text]) => text ?? "",
  );
  return [...between, ...given]
    .map((text) => text.trim())
    .filter((text) => !notWords.has(text) && /[A-Za-z]{2,}/.test(text.replaceAll(/\$\{[^}]*\}/g, "")));
}

/** Where there are no tags: what is quoted and has more than a word. */
function sentencesIn(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "").replace(/^import .*$/gm, "");
  return [...code.matchAll(/(["`])((?:(?!\1)[^\n])*)\1/g)]
    .map(([, , text = ""]) => text.replaceAll(/\$\{[^}]*\}/g, "…"))
    .filter((text) => !notWords.has(text) && /[a-z]{2,},? [a-z]{2,}/i.test(text));
}

it("finds a text that was left in the code, between tags and in an attribute", () => {
  const source = 'const a = <p title="Some words">\n  Left here\n  {b}</p>; const c = <Link href="/send">{words.send}</Link>;';
  expect(textsIn(source)).toEqual(["Left here", "Some words"]);
  expect(sentencesIn('const key = "one"; return `${grouped(count)} still in flight`;')).toEqual(["… still in flight"]);
});

it.each(Object.values(translated).flat())("%s has no text of its own", (path) => {
  const source = readFileSync(join(root, path), "utf8");
  expect(path.endsWith(".tsx") ? textsIn(source) : sentencesIn(source)).toEqual([]);
});

/** Every text by its place; one with parts is told with parts. */
function flat(words: object, place = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const at = `${place}.${key}`;
    if (typeof value === "string") return [[at, value] as [string, string]];
    if (typeof value === "function") return [[at, String(value("1", "2", "3", "4"))] as [string, string]];
    return typeof value === "object" && value !== null ? flat(value, at) : [];
  });
}

it("each folder of texts belongs to components that are checked here", () => {
  expect(Object.keys(translated).sort()).toEqual(folders.toSorted());
});

it.each(folders)("words/%s: German has a text for each English one, and sentences are not left in English", async (folder) => {
  const english = flat(await textsOf(folder, "en"));
  const german = new Map(flat(await textsOf(folder, "de")));
  expect(english.length).toBeGreaterThan(0);
  expect([...german.keys()]).toEqual(english.map(([at]) => at));
  for (const [at, text] of english) {
    expect(german.get(at), at).not.toBe("");
    if ((text.match(/\p{L}{2,}/gu) ?? []).length > 3) expect(german.get(at), at).not.toBe(text);
  }
});

it("a choice comes before the browser's preference, and an unknown language is passed over", () => {
  expect(languageOf(null, ["de-AT", "en"])).toBe("de");
  expect(languageOf(null, ["fr", "en-GB", "de"])).toBe("en");
  expect(languageOf("en", ["de"])).toBe("en");
  expect(languageOf("xx", ["fr"])).toBe("en");
});

it("a count takes the form of its word that the language wants", () => {
  const german = counting("de");
  expect([0, 1, 2].map((count) => german(count, "Nachricht", "Nachrichten"))).toEqual(["0 Nachrichten", "1 Nachricht", "2 Nachrichten"]);
});
