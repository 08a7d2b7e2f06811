/**
 * Bootstraps: files that were uploaded for bootstraps, in <dataDir>/bootstrap, and the one bootstrap under way. Neighbours: bootstrap/ does
 * the work in a process of its own, savepoint-files.ts checks and registers the result. Guarantee: a source is a file of that folder or a
 * database at an allowed place; nothing else on the machine can be named.
 */
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "@signalbox/runtime";
import { bootstrapLimits, type BootstrapJob, type BootstrapReport, type BootstrapSource } from "../../bootstrap/bootstrap-job.ts";
import { bootstrapRefused } from "../../bootstrap/bootstrap-refused.ts";
import { runInProcess } from "../../bootstrap/bootstrap-process.ts";
import type { DescriptorSetCatalog } from "../../catalog/catalog.ts";
import type { BootstrapFile, BootstrapInput, BootstrapOutcome, BootstrapSourceInput } from "../../contract/savepoints/bootstrap.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { OpenUpload } from "../../contract/savepoints/savepoints.ts";
import { replacePlaceholders } from "../../shape/placeholder-text.ts";
import { databaseRefusal, type DatabasePlaces } from "./database-refusal.ts";
import { receiveFile } from "../savepoints/receive-file.ts";
import type { SavepointFiles } from "../savepoints/savepoint-files.ts";

export interface BootstrapsOptions {
  readonly folder: string;
  readonly engine: Pick<Engine, "takeSavepoint" | "functionTypes">;
  readonly savepoints: Pick<SavepointFiles, "add">;
  readonly descriptors: Pick<DescriptorSetCatalog, "list">;
  readonly places: DatabasePlaces;
  /** What ${NAME} in the URL of a database may read. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const workPrefix = ".work-";

/** Thrown where the savepoint would be registered, to undo a dry run or a bootstrap with too many errors. */
class NotKept extends Error {}

export class Bootstraps {
  readonly #options: BootstrapsOptions;
  #running: { startedMs: number; rows: number } | null = null;

  constructor(options: BootstrapsOptions) {
    this.#options = options;
  }

  running(): { startedMs: number; rows: number } | null {
    return this.#running;
  }

  async files(): Promise<BootstrapFile[]> {
    await mkdir(this.#options.folder, { recursive: true });
    const entries = await readdir(this.#options.folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith(".") && !entry.name.endsWith(".part"));
    return Promise.all(names.map(({ name }) => this.#file(name)));
  }

  async upload(name: string, open: OpenUpload, { sizeBytes, signal }: { sizeBytes: number | undefined; signal: AbortSignal }) {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const work = await mkdtemp(join(folder, workPrefix));
    try {
      await receiveFile(open, { path: join(work, name), sizeBytes, signal });
      await rename(join(work, name), join(folder, name));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return this.#file(name);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#options.folder, name), { force: true });
  }

  async run(input: BootstrapInput, signal: AbortSignal): Promise<BootstrapOutcome> {
    if (this.#running !== null)
      throw new GatewayError("SAVEPOINT_BUSY", {
        detail: "Not now: a bootstrap is under way.",
        where: "bootstrap",
        cure: "Wait until it ends.",
      });
    this.#running = { startedMs: Date.now(), rows: 0 };
    let report: BootstrapReport | undefined;
    try {
      const sources = await Promise.all(input.sources.map((source) => this.#source(source)));
      await this.#removeWork();
      const scratchFolder = await mkdtemp(join(this.#options.folder, workPrefix));
      try {
        const savepoint = await this.#options.savepoints.add("bootstrap", async (outPath) => {
          report = await this.#make({ input, sources, outPath, scratchFolder, signal });
          if (input.dryRun || !report.complete || report.errorsTotal > input.errorsMax) throw new NotKept();
          return {};
        });
        if (report === undefined) throw new NotKept();
        return { report: plain(report), savepoint };
      } finally {
        await rm(scratchFolder, { recursive: true, force: true });
      }
    } catch (error) {
      if (error instanceof NotKept && report !== undefined) return { report: plain(report), savepoint: null };
      throw error;
    } finally {
      this.#running = null;
    }
  }

  async #make(parts: {
    input: BootstrapInput;
    sources: BootstrapSource[];
    outPath: string;
    scratchFolder: string;
    signal: AbortSignal;
  }): Promise<BootstrapReport> {
    const { input, sources, outPath, scratchFolder, signal } = parts;
    const { engine, descriptors } = this.#options;
    if (input.merge !== undefined) await engine.takeSavepoint(outPath, { signal });
    const registered = engine.functionTypes().flatMap(({ type, states }) => states.map(({ name, typename }) => ({ type, name, typename })));
    const job: BootstrapJob = {
      sql: input.sql,
      sources,
      merge: input.merge,
      registered,
      descriptorSets: (await descriptors.list()).map(({ name, bytes }) => ({ name, bytes })),
      outPath,
      scratchFolder,
      errorsMax: input.errorsMax,
      nowMs: Date.now(),
      limits: bootstrapLimits,
    };
    return runInProcess(job, { signal, onProgress: (rows) => this.#running !== null && (this.#running.rows = rows) });
  }

  async #source(source: BootstrapSourceInput): Promise<BootstrapSource> {
    if (source.kind === "postgresql") return { ...source, url: await this.#database(source.name, source.url) };
    const { kind, name, file } = source;
    const path = join(this.#options.folder, file);
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile() === true) return { kind, name, path };
    throw bootstrapRefused(`source ${name}`, `no file ${file} is kept here`, `Send it first: PUT /v1/bootstrap/files/${file}.`);
  }

  /** A URL for pg may name files of this machine and further hosts; both are refused. */
  async #database(name: string, text: string): Promise<string> {
    const { env, places } = this.#options;
    const where = `source ${name}`;
    const written = replacePlaceholders(text, (variable) => {
      const value = Object.hasOwn(env, variable) ? env[variable] : undefined;
      if (value === undefined) throw bootstrapRefused(where, `the variable ${variable} is not set`, "Set SIGNALBOX_VAR_… for the gateway.");
      return encodeURIComponent(value);
    });
    const url = URL.parse(written);
    if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === "")
      throw bootstrapRefused(where, "this is no URL of a PostgreSQL server", "Write postgresql://user@host:5432/database.");
    const other = [...url.searchParams.keys()].find((key) => key !== "sslmode");
    if (other !== undefined) throw bootstrapRefused(where, `${other} cannot be set here`, "Leave all parameters out but sslmode.");
    const refusal = await databaseRefusal(url, places);
    if (refusal !== undefined) throw bootstrapRefused(where, refusal, "Name a host that SIGNALBOX_ENDPOINT_ALLOW lets in.");
    return written;
  }

  async #file(name: string): Promise<BootstrapFile> {
    const { size, mtimeMs } = await stat(join(this.#options.folder, name));
    return { name, sizeBytes: size, modifiedMs: Math.floor(mtimeMs) };
  }

  /** Removes what a killed bootstrap left. */
  async #removeWork(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder))
      if (name.startsWith(workPrefix)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function plain(report: BootstrapReport): BootstrapOutcome["report"] {
  const { states, errors, sample } = report;
  return { ...report, states: [...states], errors: [...errors], sample: [...sample] };
}
