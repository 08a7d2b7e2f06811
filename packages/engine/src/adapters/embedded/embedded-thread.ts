/**
 * EmbeddedThread: the thread in which embedded functions run: strips their types, loads them, answers calls. Plain promises: a handler that
 * waits lets others run. Neighbour: embedded-worker.ts is the other end and ends this thread when it must.
 * The functions come from the SDK's host, whose URL the task names; only its shape is known here.
 */
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { EmbeddedPlacement, EmbeddedSource } from "@signalbox/runtime/model/endpoint-spec";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import { type HostEffects, putAnswer, valueBytes } from "./answer-fields.ts";
import { type TakenCall, takeCalls } from "./call-fields.ts";
import {
  type AnswerOutcome,
  type EmbeddedProblem,
  type Fields,
  type FromThread,
  floatingRejection,
  type ToThread,
  ValuePacker,
} from "./embedded-frames.ts";
import { FileKeeper } from "./kept-files.ts";

interface HostStateSpec {
  readonly name: string;
  readonly typename: string;
  readonly expiry: { readonly mode: "after-write" | "after-call"; readonly afterMs: number } | undefined;
}
type HostOutcome =
  | { readonly kind: "effects"; readonly effects: HostEffects }
  | { readonly kind: "incomplete"; readonly missing: readonly HostStateSpec[] }
  | Extract<AnswerOutcome, { readonly reason: string }>;
interface Host {
  readonly types: readonly string[];
  invoke(request: TakenCall): Promise<HostOutcome>;
}

interface HostModule {
  embedded(entities: readonly unknown[]): Host;
  exportedEntities(module: Readonly<Record<string, unknown>>, exportName: string | undefined): unknown[];
}

const task = workerData as {
  readonly placement: EmbeddedPlacement;
  readonly current: Int32Array<SharedArrayBuffer>;
  readonly answerBytesMax: number;
  /** Whether the other end wants what the source was loaded from. */
  readonly keeps: boolean;
};
const keeper = new FileKeeper(task.placement.kept);
const port = parentPort;
if (port === null) throw new Error("a thread of embedded functions has no parent");
const say = (message: FromThread, transfer: readonly ArrayBuffer[] = []): void => port.postMessage(message, [...transfer]);

class NotUsable extends Error {
  readonly problem: EmbeddedProblem;

  constructor(problem: EmbeddedProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Taken before other code can replace it. */
const soon = setImmediate;
const listeners = process.listenerCount.bind(process);

/** Ends the thread, as it would without this, and the other end learns that it was a promise. Code that listens itself decides itself. */
process.on("unhandledRejection", (reason) => {
  if (listeners("unhandledRejection") > 1) return;
  const { message, stack } = reason instanceof Error ? reason : { message: textOf(reason), stack: "" };
  throw Object.assign(new Error(message), { code: floatingRejection, stack });
});

type Outcome = Exclude<AnswerOutcome, { readonly kind: "effects" }> | Extract<HostOutcome, { readonly kind: "effects" }>;

const packer = new ValuePacker();
let fields: Fields = [];
let ids: number[] = [];

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "a value that cannot be read";
  }
}

function flush(): void {
  const bytes = packer.finish();
  const sent = { fields, ids };
  fields = [];
  ids = [];
  try {
    say({ kind: "answers", fields: sent.fields, bytes }, [bytes.buffer]);
  } catch (error) {
    // Some answer in this message cannot be transferred, and nothing says which, so all of them fail.
    const reason = `its answer cannot be carried: ${error instanceof Error ? error.message : "it is of no kind that can"}`;
    const failed: Fields = [];
    for (const id of sent.ids) putAnswer(id, { kind: "malformed", reason }, { fields: failed, packer });
    say({ kind: "answers", fields: failed, bytes: new Uint8Array(0) });
  }
}

async function answer(host: Host, id: number, call: TakenCall): Promise<void> {
  // embedded-worker.ts reads this number to know which call held the thread.
  Atomics.store(task.current, 0, id);
  try {
    put(id, outcomeOf(await host.invoke(call)));
  } catch (error) {
    // The error is of the host or of the values, not of the handler. It fails this call only.
    put(id, { kind: "threw", reason: error instanceof Error ? error.message : "it threw a value that cannot be read" });
  }
}

function put(id: number, outcome: Outcome): void {
  const { length } = fields;
  try {
    putAnswer(id, outcome, { fields, packer });
  } catch (error) {
    fields.length = length;
    throw error;
  }
  if (ids.length === 0) soon(flush);
  ids.push(id);
}

function outcomeOf(outcome: HostOutcome): Outcome {
  if (outcome.kind === "incomplete") return { kind: "incomplete", missing: outcome.missing.map(stateSpec) };
  if (outcome.kind !== "effects") return outcome;
  const bytes = valueBytes(outcome.effects);
  return bytes > task.answerBytesMax ? { kind: "too-large", bytes } : outcome;
}

function stateSpec({ name, typename, expiry }: HostStateSpec): StateSpec {
  if (expiry === undefined) return { name, typename, expiration: { mode: "none", afterMs: 0 } };
  return { name, typename, expiration: { mode: expiry.mode === "after-call" ? "after-invoke" : "after-write", afterMs: expiry.afterMs } };
}

/** All sources get the same copy of the SDK. Code without a file resolves packages from where the SDK lies. */
function findNamesAt({ hostUrl, source }: EmbeddedPlacement): void {
  const parentOf = (specifier: string, parent: string | undefined): string | undefined => {
    if (/^[./]|^[a-z]+:/i.test(specifier)) return parent;
    if (/^@signalbox\/functions(\/|$)/.test(specifier) || parent?.startsWith("data:") === true) return hostUrl;
    return parent === import.meta.url && source.kind === "package" ? source.from : parent;
  };
  keeper.register(parentOf);
}

/** The name that stack traces show for code without a file. */
const sourceName = "source.ts";

function urlOf(source: EmbeddedSource): string {
  switch (source.kind) {
    case "code":
      return `data:text/javascript;base64,${Buffer.from(`${stripped(source.code)}\n//# sourceURL=${sourceName}`).toString("base64")}`;
    case "file":
      return source.url;
    case "package":
      return source.name;
  }
}

const typeWithCode =
  "Types are stripped, so one that makes code (enum, namespace) is not taken: write it as a value (a const object) beside its type.";

/** Types are replaced by blanks, so that lines and columns stay the same. */
function stripped(code: string): string {
  try {
    return stripTypeScriptTypes(code, { sourceUrl: sourceName });
  } catch (error) {
    const { code, message, stack = "" }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
    const helps = code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" ? { cure: typeWithCode } : {};
    throw new NotUsable({ code: "EMBEDDED_NOT_COMPILED", message, ...helps, ...placeIn(stack) });
  }
}

/** The name with the line, some lines of the source, and a mark below the column. */
function placeIn(stack: string): { line: number | undefined; column: number | undefined } {
  const [head = "", ...rows] = stack.split("\n");
  const line = /:(\d+)$/.exec(head)?.[1];
  const marks = rows.find((row) => /^\s*\^/.test(row));
  return { line: line === undefined ? undefined : Number(line), column: marks === undefined ? undefined : marks.indexOf("^") + 1 };
}

function noEntities(module: Readonly<Record<string, unknown>>, exportName: string | undefined): NotUsable {
  const wanted = exportName === undefined ? "it exports no entity" : `its export "${exportName}" is no entity`;
  const has = Object.keys(module).join(", ") || "nothing";
  return new NotUsable({ code: "EMBEDDED_NO_FUNCTIONS", message: `${wanted}; it exports ${has}`, line: undefined, column: undefined });
}

async function load(placement: EmbeddedPlacement): Promise<Host> {
  const { source, exportName, hostUrl } = placement;
  findNamesAt(placement);
  const { embedded, exportedEntities } = (await import(hostUrl)) as HostModule;
  const url = urlOf(source);
  let module: Record<string, unknown>;
  try {
    module = (await import(url)) as Record<string, unknown>;
  } catch (error) {
    throw new NotUsable((await missingExport(error, url)) ?? notLoaded(error, url));
  }
  const entities = exportedEntities(module, exportName);
  if (entities.length === 0) throw noEntities(module, exportName);
  return embedded(entities);
}

/** V8 calls it an error of syntax when a name is imported that is not there. */
async function missingExport(error: unknown, url: string): Promise<EmbeddedProblem | undefined> {
  if (!(error instanceof SyntaxError)) return undefined;
  const { message, stack = "" } = error;
  const { name, from } =
    (
      /^The requested module '(?<from>.+)' does not provide an export named '(?<name>.+)'$/.exec(message) ??
      /^Named export '(?<name>.+)' not found\. The requested module '(?<from>[^']+)'/.exec(message)
    )?.groups ?? {};
  if (name === undefined || from === undefined) return undefined;
  const [head = ""] = stack.split("\n");
  const line = head.startsWith(`${url.startsWith("data:") ? sourceName : url}:`) ? /:(\d+)$/.exec(head)?.[1] : undefined;
  // A path is one beside the file that names it, which is known for the source itself.
  const place = !from.startsWith(".") ? from : line === undefined ? undefined : URL.parse(from, url)?.href;
  const has = place === undefined ? undefined : await exportsOf(place);
  return {
    code: "EMBEDDED_NOT_LOADED",
    message: `it imports "${name}" of "${from}", which has no such export${has === undefined ? "" : `; it has ${has || "none"}`}`,
    cure: "Import a name that is there.",
    line: line === undefined ? undefined : Number(line),
    column: undefined,
  };
}

async function exportsOf(place: string): Promise<string | undefined> {
  try {
    return Object.keys((await import(place)) as Record<string, unknown>).join(", ");
  } catch {
    return undefined;
  }
}

function notLoaded(error: unknown, url: string): EmbeddedProblem {
  const inFile = notCompiled(error, url);
  if (inFile !== undefined) return inFile;
  const { name, message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const isSyntax = name === "SyntaxError";
  // For a syntax error that only V8 finds, the stack names no place.
  const after = stack.split(url.startsWith("data:") ? `${sourceName}:` : `${url}:`)[1] ?? "";
  const [, line, column] = /^(\d+):(\d+)/.exec(after) ?? [];
  const cure = importCure(error instanceof Error && "code" in error ? error.code : undefined, message);
  return {
    code: isSyntax ? "EMBEDDED_NOT_COMPILED" : "EMBEDDED_NOT_LOADED",
    message: message.replaceAll(/data:text\/javascript;base64,[\w+/=]+/g, "the source").replace(/ imported from \S+$/m, ""),
    ...(cure === undefined ? {} : { cure }),
    line: line === undefined ? undefined : Number(line),
    column: column === undefined ? undefined : Number(column),
  };
}

/** Undefined: it is no error of syntax in a file. Node names the file of types that cannot be stripped; else it is the one that was loaded last. */
function notCompiled(error: unknown, url: string): EmbeddedProblem | undefined {
  if (!(error instanceof SyntaxError)) return undefined;
  const { code, message, stack = "" }: NodeJS.ErrnoException = error;
  const named = /^(file:.+):\d+$/.exec(stack.split("\n", 1)[0] ?? "")?.[1];
  const file = named ?? keeper.lastUrl;
  if (file?.startsWith("file:") !== true || stack.includes(`${url}:`) !== (named === url)) return undefined;
  const place = named === undefined ? { line: undefined, column: undefined } : placeIn(stack);
  const at = place.line === undefined ? "" : `, line ${place.line}`;
  const helps = code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" ? { cure: typeWithCode } : {};
  // The line of another file is no line of the source.
  if (file === url) return { code: "EMBEDDED_NOT_COMPILED", message, ...helps, ...place };
  return {
    code: "EMBEDDED_NOT_COMPILED",
    message: `${message} (in ${fileURLToPath(file)}${at})`,
    ...helps,
    line: undefined,
    column: undefined,
  };
}

/** What helps against an error of Node's own loader. */
function importCure(code: unknown, message: string): string | undefined {
  switch (code) {
    case "ERR_MODULE_NOT_FOUND":
      return /'file:|'\/|'\.\.?\//.test(message)
        ? "Correct the path; a file is imported with its ending (`./cart.ts`), and no other one is tried."
        : "Correct what it imports, or install it where the gateway was started.";
    case "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING":
      return (
        "Node takes no TypeScript from below node_modules: let the package ship JavaScript (built with tsc or esbuild, and named by its " +
        "`exports`), or name its source outside of node_modules with `type: file`."
      );
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return "Import .ts, .mts, .js, .mjs, .cjs, .json or .node; build what is written otherwise (.tsx, .jsx) to JavaScript.";
    case "ERR_PACKAGE_PATH_NOT_EXPORTED":
      return "Import what the package's `exports` name, or add the path there.";
    case "ERR_IMPORT_ATTRIBUTE_MISSING":
      return 'Import JSON as `import data from "./data.json" with { type: "json" }`.';
    case "ERR_DLOPEN_FAILED":
      return "Install the package again with the Node that runs the gateway: its native part was built for another one, or takes no threads.";
    default:
      return undefined;
  }
}

try {
  const host = await load(task.placement);
  port.on("message", (message: ToThread) => {
    if (message.kind === "ping") return say({ kind: "pong" });
    for (const { id, call } of takeCalls(message.fields, message.bytes)) void answer(host, id, call);
  });
  say({ kind: "ready", types: host.types, revision: keeper.revision(), kept: task.keeps ? keeper.keep() : undefined });
} catch (error) {
  const problem: EmbeddedProblem =
    error instanceof NotUsable
      ? error.problem
      : {
          code: "EMBEDDED_NOT_LOADED",
          message: error instanceof Error ? error.message : String(error),
          line: undefined,
          column: undefined,
        };
  say({ kind: "refused", problem });
}
