/**
 * checkSource: whether the source of embedded functions can be used here: its file is in an allowed folder, and it compiles, loads and
 * exports what the endpoint serves. It is loaded once, in a thread or, in isolation, a process of its own that ends at once. Neighbour:
 * placements.ts asks before a module is applied.
 */
import { realpathSync, statSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { EmbeddedPlacement, EmbeddedProblem, EmbeddedSource, EndpointSpec, LoadedEmbedded } from "@signalbox/runtime";
import type { ModuleIssue } from "../../contract/module/module-issue.ts";
import type { Checked } from "../../isolation/check-isolated.ts";
import type { TaskOf } from "../../isolation/isolated-functions.ts";
import { isolatedCode } from "../../isolation/isolated-process.ts";
import type { ParsedEndpoint } from "../../modules/parsed-module.ts";

/** Loads the source in the same way as the code that will run it. */
export interface Loaders {
  loadEmbedded(placement: EmbeddedPlacement): Promise<LoadedEmbedded>;
  checkIsolated(code: string, of: TaskOf): Promise<Checked>;
}

export interface CheckedSource {
  readonly issues: readonly ModuleIssue[];
  readonly endpoint: ParsedEndpoint;
}

/** The issue of a source that was not loaded, because the caller may not have code run. */
export function notLoaded(endpoint: ParsedEndpoint): ModuleIssue[] {
  const isEmbedded = endpoint.isolated !== undefined || endpoint.spec.placement?.kind === "embedded";
  if (!isEmbedded) return [];
  return [{ ...issueAt(endpoint, "Its source was not loaded: that is for whoever may apply a module."), severity: "warning" }];
}

/** The endpoint as it was loaded: what is put in force later is what was checked, whatever becomes of its files meanwhile. */
export async function checkSource(endpoint: ParsedEndpoint, loaders: Loaders): Promise<CheckedSource> {
  const refused = (issue: ModuleIssue): CheckedSource => ({ issues: [issue], endpoint });
  const path = fileOf(endpoint);
  if (path !== undefined) {
    const wrong = wrongFile(path, process.cwd());
    if (wrong !== undefined) return refused(issueAt(endpoint, wrong));
  }
  const { spec, isolated } = endpoint;
  if (isolated !== undefined) {
    const code = isolatedCode(isolated);
    const checked = await loaders.checkIsolated(code, isolated);
    if (checked.kind === "refused") return refused(problemIssue(endpoint, checked.problem));
    const types = checked.functions.map(({ type }) => type);
    return {
      issues: notServed(endpoint, types),
      endpoint: { ...endpoint, isolated: { ...isolated, source: { ...isolated.source, code } } },
    };
  }
  const { placement } = spec;
  if (placement?.kind !== "embedded") return { issues: [], endpoint };
  const loaded = await loaders.loadEmbedded(placement);
  if (loaded.kind === "refused") return refused(problemIssue(endpoint, loaded.problem));
  const revised = { ...placement, source: withRevision(placement.source, loaded.revision), kept: loaded.kept };
  return { issues: notServed(endpoint, loaded.types), endpoint: { ...endpoint, spec: { ...spec, placement: revised } } };
}

/** A changed revision has the source loaded afresh. */
function withRevision(source: EmbeddedSource, revision: string): EmbeddedSource {
  return source.kind === "code" ? source : { ...source, revision };
}

function notServed(endpoint: ParsedEndpoint, types: readonly string[]): ModuleIssue[] {
  if (types.some((type) => serves(endpoint.spec, type))) return [];
  const message = `EMBEDDED_NO_FUNCTIONS: it exports ${types.join(", ")}, and \`functions\` is ${endpoint.spec.id}. Correct one of the two.`;
  return [issueAt(endpoint, message)];
}

function fileOf({ spec: { placement }, isolated }: ParsedEndpoint): string | undefined {
  if (isolated?.source.kind === "file") return isolated.source.path;
  return placement?.kind === "embedded" && placement.source.kind === "file" ? fileURLToPath(placement.source.url) : undefined;
}

function wrongFile(path: string, folder: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return `${path} is no file. Correct \`file\`, or put it there.`;
  // Symbolic links are followed before the check.
  if (realpathSync(path).startsWith(realpathSync(folder) + sep)) return undefined;
  return `${path} does not lie below ${folder}, where the gateway was started. Move it there, or start the gateway elsewhere.`;
}

function serves({ namespace, name }: EndpointSpec, type: string): boolean {
  return name === "*" ? type.startsWith(`${namespace}/`) : type === `${namespace}/${name}`;
}

export function cureOf({ code, cure }: Pick<EmbeddedProblem, "code" | "cure">): string {
  return cure ?? embeddedCures[code];
}

const embeddedCures: Readonly<Record<EmbeddedProblem["code"], string>> = {
  EMBEDDED_NOT_COMPILED: "Mend the source where it says so.",
  EMBEDDED_NOT_LOADED: "Mend what it does while it is loaded.",
  EMBEDDED_NO_FUNCTIONS: "Export what entity() of @signalbox/functions gives.",
  EMBEDDED_LOAD_TIMEOUT: "Let it do its work in handlers, not while it is loaded.",
  EMBEDDED_OUT_OF_MEMORY: "Let it need less while it is loaded, or raise `limits.memoryMiB`.",
  EMBEDDED_THREAD_STUCK: "Mend what it does without end, apply the module, and start the gateway anew: that alone ends the threads.",
};

function problemIssue(endpoint: ParsedEndpoint, problem: EmbeddedProblem): ModuleIssue {
  const { code, message, line, column } = problem;
  const at = line === undefined ? "" : ` (line ${line}${column === undefined ? "" : `, column ${column}`} of the source)`;
  return issueAt(endpoint, `${code}: ${message}${at}. ${cureOf(problem)}`, line);
}

/** Code in the module begins in the line after its key. */
function issueAt({ spec, position, sourcePosition, isolated }: ParsedEndpoint, message: string, line?: number): ModuleIssue {
  const from = sourcePosition ?? position;
  const source = isolated?.source ?? (spec.placement?.kind === "embedded" ? spec.placement.source : undefined);
  const isInline = source?.kind === "code";
  const place = isInline && line !== undefined ? { line: from.line + line, column: 1 } : from;
  return { severity: "error", message, line: place.line, column: place.column, suggestion: null };
}
