/**
 * KeptFiles: what a source of embedded functions was loaded from, kept while it is in force: the text of each file, and what each import
 * was found to be. The thread that checks the source writes it (`keep`), and each later thread loads from it, so that what changes on disk
 * meanwhile is not in force. Neighbours: embedded-thread.ts has the hooks run; the placement carries it (model/endpoint-spec.ts).
 * Not kept: native code, WebAssembly, what a handler imports for the first time when it is called, and texts beyond `keptBytesMax`.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { registerHooks, type LoadFnOutput, type LoadHookContext } from "node:module";
import { fileURLToPath } from "node:url";
import type { KeptFiles } from "@signalbox/runtime/model/endpoint-spec";

/** For each endpoint; each partition has a copy. */
const keptBytesMax = 8 * 1024 * 1024;
const textFormats: ReadonlySet<unknown> = new Set([
  "module",
  "commonjs",
  "json",
  "module-typescript",
  "commonjs-typescript",
  // A `require` of a file that is known by its ending alone.
  undefined,
  null,
]);

type Format = string | undefined;

interface TextFile {
  readonly format: Format;
  readonly text: string;
}

export class FileKeeper {
  readonly #resolved = new Map<string, { readonly url: string; readonly format: Format }>();
  readonly #texts = new Map<string, TextFile>();
  /** Of each file that was loaded, by its content: in tarballs of npm all files have the same time. */
  readonly #hashes = new Map<string, string>();
  #bytes = 0;
  #lastUrl: string | undefined;

  constructor(kept: KeptFiles | undefined) {
    if (kept === undefined) return;
    for (const [specifier, parent, url, format] of kept.resolved) this.#resolved.set(keyOf(specifier, parent), { url, format });
    const decoder = new TextDecoder();
    // What is shared cannot be decoded in place.
    for (const [url, format, start, end] of kept.files)
      this.#texts.set(url, { format, text: decoder.decode(kept.bytes.subarray(start, end)) });
  }

  /** `parentOf` says from where a name is looked for, if not from the file that names it. */
  register(parentOf: (specifier: string, parent: string | undefined) => string | undefined): void {
    registerHooks({
      resolve: (specifier, context, next) => {
        const parentURL = parentOf(specifier, context.parentURL);
        const key = keyOf(specifier, parentURL ?? "");
        const known = this.#resolved.get(key);
        if (known !== undefined) return { ...known, shortCircuit: true };
        const found = next(specifier, { ...context, parentURL });
        this.#resolved.set(key, { url: found.url, format: found.format ?? undefined });
        return found;
      },
      load: (url, context, next) => {
        this.#lastUrl = url;
        return url.startsWith("file:") ? this.#load(url, context, next) : next(url, context);
      },
    });
  }

  /** What was loaded last: where the error is, when it did not compile. */
  get lastUrl(): string | undefined {
    return this.#lastUrl;
  }

  /** Files are loaded in any order. */
  revision(): string {
    const all = [...this.#hashes].map((file) => file.join(" ")).toSorted((one, other) => (one < other ? -1 : 1));
    return createHash("sha256").update(all.join("\n")).digest("hex").slice(0, 12);
  }

  keep(): KeptFiles {
    const encoder = new TextEncoder();
    const encoded = [...this.#texts].map(([url, { format, text }]) => ({ url, format, bytes: encoder.encode(text) }));
    const bytes = new Uint8Array(encoded.reduce((sum, file) => sum + file.bytes.length, 0));
    let at = 0;
    const files = encoded.map(({ url, format, bytes: part }) => {
      bytes.set(part, at);
      return [url, format, at, (at += part.length)] as const;
    });
    const resolved = [...this.#resolved].map(([key, { url, format }]) => {
      const [specifier = "", parent = ""] = key.split("\n");
      return [specifier, parent, url, format] as const;
    });
    return { resolved, files, bytes };
  }

  #load(url: string, context: LoadHookContext, next: (url: string, context: LoadHookContext) => LoadFnOutput): LoadFnOutput {
    const known = this.#texts.get(url);
    if (known !== undefined) return { format: known.format, source: known.text, shortCircuit: true };
    const text = this.#read(url);
    const found = next(url, context);
    if (text === undefined || !textFormats.has(found.format)) return found;
    this.#bytes += text.length;
    if (this.#bytes <= keptBytesMax) this.#texts.set(url, { format: found.format ?? undefined, text });
    // What runs is what was read and counted here.
    return { ...found, source: text };
  }

  #read(url: string): string | undefined {
    const path = fileURLToPath(new URL(url));
    try {
      const bytes = readFileSync(path);
      this.#hashes.set(path, createHash("sha256").update(bytes).digest("hex"));
      return bytes.toString("utf8");
    } catch {
      // Node's loader says why it cannot be read.
      return undefined;
    }
  }
}

function keyOf(specifier: string, parent: string): string {
  return `${specifier}\n${parent}`;
}
