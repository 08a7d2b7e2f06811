/**
 * Isolate: one V8 isolate that holds the functions of an endpoint: it loads their source and calls them, and it is ended with whatever they
 * do.
 * Nothing of this process is inside except `print`, which takes a text, and urlParts(), which takes and gives texts; bytes go in, bytes and
 * texts come out, all of them copied.
 * Neighbours: the files isolate-prelude… and isolate-host.ts run inside; isolate-calls.ts replaces an isolate that was used up.
 * Guarantee: no code in it reads a file, opens a socket, or runs longer or holds more than the task says.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import ivm from "isolated-vm";
import { findImport } from "./isolate-imports.ts";
import { urlParts } from "./isolate-url.ts";
import { missingGlobal } from "./missing-global.ts";
import type { IsolateProblem, IsolateTask, ServedFunction } from "./isolate-task.ts";

const loadTimeoutMs = 10_000;
const reasonCharactersMax = 8_192;
/** The name of the source in stacks. */
const sourceName = "source.ts";
const typeWithCode =
  "Types are stripped, so one that makes code (enum, namespace) is not taken: write it as a value (a const object) beside its type.";
/** In this order: the later ones use what the first one brings. */
const preludes = ["isolate-prelude.ts", "isolate-prelude-url.ts", "isolate-prelude-clone.ts"];
const nowhere = { line: undefined, column: undefined };

export type Answer =
  | { readonly kind: "reply"; readonly bytes: Uint8Array }
  | { readonly kind: "malformed" | "unknown-type" | "rejected" | "threw"; readonly reason: string }
  | { readonly kind: "retry-later"; readonly reason: string; readonly afterMs: number };

export type CallEnd =
  | { readonly kind: "answered"; readonly answer: Answer }
  /** The call held the isolate for as long as a call may take, or waits for something that never comes. */
  | { readonly kind: "overdue" }
  /** The isolate is gone, because of this call or another one of its calls. */
  | { readonly kind: "died"; readonly reason: string };

class NotUsable extends Error {
  readonly problem: IsolateProblem;

  constructor(problem: IsolateProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export class Isolate {
  readonly functions: readonly ServedFunction[];
  readonly #isolate: ivm.Isolate;
  readonly #dispatch: ivm.Reference<(request: ArrayBuffer) => Promise<unknown>>;
  readonly #idle: ivm.Reference<() => void>;
  readonly #callTimeoutMs: number;

  private constructor(parts: {
    functions: readonly ServedFunction[];
    isolate: ivm.Isolate;
    dispatch: ivm.Reference<(request: ArrayBuffer) => Promise<unknown>>;
    idle: ivm.Reference<() => void>;
    callTimeoutMs: number;
  }) {
    this.functions = parts.functions;
    this.#isolate = parts.isolate;
    this.#dispatch = parts.dispatch;
    this.#idle = parts.idle;
    this.#callTimeoutMs = parts.callTimeoutMs;
  }

  /** `print` gets what the functions print. */
  static async load(task: IsolateTask, print: (text: string) => void): Promise<Isolate | IsolateProblem> {
    let code: string;
    try {
      code = stripped(task.code, sourceName);
    } catch (error) {
      return error instanceof NotUsable ? error.problem : notLoaded(error);
    }
    const isolate = new ivm.Isolate({
      memoryLimit: task.memoryMiBMax,
      // V8 itself has given up, so nothing of the process may be used any more.
      onCatastrophicError: () => process.abort(),
    });
    try {
      return await within(loadTimeoutMs, Isolate.#loadIn(isolate, { task, code, print }));
    } catch (error) {
      const outOfMemory = isolate.isDisposed;
      if (!outOfMemory) isolate.dispose();
      if (error instanceof NotUsable) return error.problem;
      if (outOfMemory) {
        const message = `it used more than ${task.memoryMiBMax} MiB while it was loaded`;
        return { code: "EMBEDDED_OUT_OF_MEMORY", message, ...nowhere };
      }
      return notLoaded(error);
    }
  }

  static async #loadIn(isolate: ivm.Isolate, { task, code, print }: { task: IsolateTask; code: string; print: (text: string) => void }) {
    const context = await isolate.createContext();
    await context.global.set("signalboxPrint", new ivm.Callback((text: unknown) => (typeof text === "string" ? print(text) : undefined)));
    await context.global.set("signalboxUrl", new ivm.Callback(urlParts));
    const modules = new Modules(isolate, context, task);
    for (const name of preludes) await modules.run(await modules.own(name));
    const host = await modules.own("isolate-host.ts");
    await modules.run(host);
    const source = await modules.source(code);
    await modules.run(source);
    const begin = await host.namespace.get("begin", { reference: true });
    const said: unknown = await begin.apply(undefined, [source.namespace.derefInto(), task.exportName], { timeout: loadTimeoutMs });
    // Nothing here depends on its shape; check-isolated.ts checks it before anybody reads it.
    const { functions, exports } = JSON.parse(String(said)) as { functions: readonly ServedFunction[]; exports: readonly string[] };
    if (functions.length === 0) throw new NotUsable(noFunctions(task.exportName, exports));
    const dispatch = await host.namespace.get("dispatch", { reference: true });
    const idle = await host.namespace.get("idle", { reference: true });
    return new Isolate({ functions, isolate, dispatch, idle, callTimeoutMs: task.callTimeoutMs });
  }

  get isGone(): boolean {
    return this.#isolate.isDisposed;
  }

  get heapBytes(): number {
    return this.isGone ? 0 : this.#isolate.getHeapStatisticsSync().used_heap_size;
  }

  /** Transfers `request` to the isolate. Never rejects. */
  async call(request: ArrayBuffer): Promise<CallEnd> {
    if (this.isGone) return { kind: "died", reason: "its isolate is gone" };
    try {
      const answered = this.#dispatch.apply(undefined, [request], {
        arguments: { copy: true },
        result: { promise: true, copy: true },
        timeout: this.#callTimeoutMs,
      });
      const answer = await this.#inTime(answered);
      return answer === undefined ? { kind: "overdue" } : { kind: "answered", answer: parsedAnswer(answer) };
    } catch (error) {
      if (this.isGone) return { kind: "died", reason: textOf(error) };
      if (isTimeout(error)) return { kind: "overdue" };
      return { kind: "answered", answer: { kind: "threw", reason: floating(error).slice(0, reasonCharactersMax) } };
    }
  }

  dispose(): void {
    if (!this.isGone) this.#isolate.dispose();
  }

  /**
   * Resolves with undefined when the time is over and the isolate is idle, because then there will be no answer. While the isolate works
   * for other calls, the time does not count against this one.
   */
  async #inTime(answered: Promise<unknown>): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const never = new Promise<undefined>((resolve, reject) => {
      timer = setTimeout(() => {
        this.#idle.apply(undefined, []).then(() => resolve(undefined), reject);
      }, this.#callTimeoutMs);
    });
    try {
      return await Promise.race([answered, never]);
    } finally {
      clearTimeout(timer);
      // The slower of the two promises has no other listener.
      answered.catch(() => undefined);
      never.catch(() => undefined);
    }
  }
}

/** The modules of one isolate, each compiled once. */
class Modules {
  readonly #isolate: ivm.Isolate;
  readonly #context: ivm.Context;
  readonly #task: IsolateTask;
  readonly #byPath = new Map<string, Promise<ivm.Module>>();
  readonly #paths = new Map<ivm.Module, string>();

  constructor(isolate: ivm.Isolate, context: ivm.Context, task: IsolateTask) {
    this.#isolate = isolate;
    this.#context = context;
    this.#task = task;
  }

  own(name: string): Promise<ivm.Module> {
    return this.#file(fileURLToPath(new URL(`./${name}`, import.meta.url)));
  }

  async source(code: string): Promise<ivm.Module> {
    try {
      return await this.#isolate.compileModule(code, { filename: sourceName });
    } catch (error) {
      throw new NotUsable({ code: "EMBEDDED_NOT_COMPILED", message: textOf(error), ...placeOf(error) });
    }
  }

  async run(module: ivm.Module): Promise<void> {
    try {
      await module.instantiate(this.#context, (specifier, from) => this.#imported(specifier, from));
    } catch (error) {
      throw (await this.#missingExport(error)) ?? error;
    }
    await module.evaluate({ timeout: loadTimeoutMs });
  }

  async #missingExport(error: unknown): Promise<NotUsable | undefined> {
    const [, from = "", name = ""] = /^The requested module '(.+)' does not provide an export named '(.+)'$/.exec(textOf(error)) ?? [];
    const path = findImport(from, undefined, this.#task.imports);
    if (path === undefined) return undefined;
    // The file is compiled again, because a module that could not be linked stays half linked.
    const again = new Modules(this.#isolate, this.#context, this.#task);
    const module = await again.#file(path);
    await again.run(module);
    const has: unknown = await this.#context.evalClosure("return Object.keys($0).join(', ')", [module.namespace.derefInto()]);
    const message = `it imports "${name}" of "${from}", which has no such export; it has ${String(has)}`;
    return new NotUsable({ code: "EMBEDDED_NOT_LOADED", message, cure: "Import a name that is there.", ...nowhere });
  }

  #imported(specifier: string, from: ivm.Module): Promise<ivm.Module> {
    const path = findImport(specifier, this.#paths.get(from), this.#task.imports);
    if (path !== undefined) return this.#file(path);
    const may = Object.keys(this.#task.imports.names).join(", ");
    const message = `it imports "${specifier}"; isolated code may import ${may}`;
    const cure =
      "Import those alone, bundle files of your own into one (esbuild --bundle --format=esm), or have what is trusted run in a thread (`isolation: thread`).";
    throw new NotUsable({ code: "EMBEDDED_NOT_LOADED", message, cure, ...nowhere });
  }

  #file(path: string): Promise<ivm.Module> {
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const text = readFileSync(path, "utf8");
    const compiled = this.#isolate.compileModule(path.endsWith(".ts") ? stripped(text, path) : text, { filename: path });
    const module = compiled.then((made) => {
      this.#paths.set(made, path);
      return made;
    });
    this.#byPath.set(path, module);
    return module;
  }
}

/** Replaces types by blanks, so that lines and columns stay the same. */
function stripped(code: string, name: string): string {
  try {
    return stripTypeScriptTypes(code, { sourceUrl: name });
  } catch (error) {
    const { code: kind, message, stack = "" }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
    const helps = kind === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" ? { cure: typeWithCode } : {};
    const [head = "", ...rows] = stack.split("\n");
    const line = /:(\d+)$/.exec(head)?.[1];
    const marks = rows.find((row) => /^\s*\^/.test(row));
    const place = { line: line === undefined ? undefined : Number(line), column: marks === undefined ? undefined : marks.indexOf("^") + 1 };
    throw new NotUsable({ code: "EMBEDDED_NOT_COMPILED", message, ...helps, ...place });
  }
}

function noFunctions(exportName: string | undefined, names: readonly string[]): IsolateProblem {
  const wanted = exportName === undefined ? "it exports no entity" : `its export "${exportName}" is no entity`;
  return { code: "EMBEDDED_NO_FUNCTIONS", message: `${wanted}; it exports ${names.join(", ") || "nothing"}`, ...nowhere };
}

function notLoaded(error: unknown): IsolateProblem {
  if (isTimeout(error)) return { code: "EMBEDDED_LOAD_TIMEOUT", message: `it did not load within ${loadTimeoutMs} ms`, ...nowhere };
  const missing = error instanceof Error ? missingGlobal(`${error.name}: ${error.message}`) : undefined;
  return { code: "EMBEDDED_NOT_LOADED", message: textOf(error), ...(missing === undefined ? {} : { missing }), ...placeOf(error) };
}

/** Finds where the error is: a syntax error says it in its message, any other in its stack. */
function placeOf(error: unknown): { line: number | undefined; column: number | undefined } {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : "";
  const [, line, column] = /source\.ts:(\d+):(\d+)/.exec(text) ?? [];
  return line === undefined ? nowhere : { line: Number(line), column: Number(column) };
}

/** Parses what came out of the isolate: a copy of a value of any shape, because the code inside made it. */
function parsedAnswer(answer: unknown): Answer {
  const [kind, content, afterMs] = Array.isArray(answer) ? (answer as unknown[]) : [];
  if (kind === "reply" && content instanceof Uint8Array) return { kind, bytes: content };
  const reason = typeof content === "string" ? content.slice(0, reasonCharactersMax) : "";
  if (kind === "malformed" || kind === "unknown-type" || kind === "rejected" || kind === "threw") return { kind, reason };
  if (kind === "retry-later") return { kind, reason, afterMs: typeof afterMs === "number" && afterMs > 0 ? Math.min(afterMs, 2 ** 31) : 0 };
  return { kind: "threw", reason: "its code has changed what carries its answers" };
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && /^(Script execution timed out|it takes too long)/.test(error.message);
}

/**
 * The host inside never rejects (isolate-host.ts), so such an error comes from a promise that nobody awaits; isolated-vm fails the call
 * with it.
 */
function floating(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return `a promise that nobody awaits rejected (await it in the handler, or catch what it rejects with): ${textOf(error)}\n${stack}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("it takes too long")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
