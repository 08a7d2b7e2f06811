/**
 * embeddedIssues: whether the source of embedded functions can be used here: its file is in an allowed folder, and it compiles, loads and
 * exports what the endpoint serves. It is loaded once, in a thread or, in isolation, a process of its own that ends at once. Neighbour:
 * placements.ts asks before a module is applied.
 */
import { realpathSync, statSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { EmbeddedPlacement, EmbeddedProblem, EndpointSpec, LoadedEmbedded } from "@signalbox/runtime";
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

/** The issue of a source that was not loaded, because the caller may not have code run. */
export function notLoaded(endpoint: ParsedEndpoint): ModuleIssue[] {
  const isEmbedded = endpoint.isolated !== undefined || endpoint.spec.placement?.kind === "embedded";
  if (!isEmbedded) return [];
  return [{ ...issueAt(endpoint, "Its source was not loaded: that is for whoever may apply a module."), severity: "warning" }];
}

export async function embeddedIssues(endpoint: ParsedEndpoint, loaders: Loaders): Promise<ModuleIssue[]> {
  const path = fileOf(endpoint);
  if (path !== undefined) {
    const wrong = wrongFile(path, process.cwd());
    if (wrong !== undefined) return [issueAt(endpoint, wrong)];
  }
  const loaded = await load(endpoint, loaders);
  if (loaded === undefined) return [];
  if (loaded.kind === "refused") return [problemIssue(endpoint, loaded.problem)];
  const types = "types" in loaded ? loaded.types : loaded.functions.map(({ type }) => type);
  const served = types.filter((type) => serves(endpoint.spec, type));
  if (served.length > 0) return [];
  const message = `EMBEDDED_NO_FUNCTIONS: it exports ${types.join(", ")}, and \`functions\` is ${endpoint.spec.id}. Correct one of the two.`;
  return [issueAt(endpoint, message)];
}

async function load({ spec, isolated }: ParsedEndpoint, loaders: Loaders): Promise<LoadedEmbedded | Checked | undefined> {
  if (isolated !== undefined) return loaders.checkIsolated(isolatedCode(isolated), isolated);
  const { placement } = withRevision(spec);
  return placement?.kind === "embedded" ? loaders.loadEmbedded(placement) : undefined;
}

function fileOf({ spec: { placement }, isolated }: ParsedEndpoint): string | undefined {
  if (isolated?.source.kind === "file") return isolated.source.path;
  return placement?.kind === "embedded" && placement.source.kind === "file" ? fileURLToPath(placement.source.url) : undefined;
}

/** Gives the source's file a revision, so that a changed file is loaded afresh when its module is applied again. */
export function withRevision(spec: EndpointSpec): EndpointSpec {
  const { placement } = spec;
  if (placement?.kind !== "embedded" || placement.source.kind !== "file") return spec;
  const found = statSync(fileURLToPath(placement.source.url), { throwIfNoEntry: false });
  const revision = found === undefined ? "absent" : `${found.mtimeMs}-${found.size}`;
  return { ...spec, placement: { ...placement, source: { ...placement.source, revision } } };
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
