/** A folder with sources and what a bootstrap over them makes, for the tests of bootstrap/. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { DescriptorRegistry, decodeValue } from "@signalbox/proto";
import { bootstrapLimits, type BootstrapJob, type BootstrapReport, type BootstrapSource } from "../../src/bootstrap/bootstrap-job.ts";
import { runBootstrap } from "../../src/bootstrap/run-bootstrap.ts";

export interface BootstrapStand extends Disposable {
  readonly folder: string;
  file(name: string, content: string): string;
  sqlite(name: string, sql: string): string;
  run(sql: string, parts?: Partial<BootstrapJob>): Promise<BootstrapReport>;
  /** The state values in the file of the last run, each as `type id name typename value`. */
  state(): string[];
  readonly outPath: string;
}

export const nowMs = 1_750_000_000_000;

export function bootstrapStand(): BootstrapStand {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-bootstrap-"));
  const outPath = join(folder, "out.savepoint");
  const descriptors = new DescriptorRegistry();
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    folder,
    outPath,
    file,
    sqlite(name, sql) {
      const database = new Database(join(folder, name));
      database.exec(sql);
      database.close();
      return join(folder, name);
    },
    run(sql, parts = {}) {
      if (parts.merge === undefined) rmSync(outPath, { force: true });
      return runBootstrap({
        sql,
        sources: [],
        merge: undefined,
        registered: [],
        descriptorSets: [],
        outPath,
        scratchFolder: join(folder, "scratch"),
        errorsMax: 0,
        nowMs,
        limits: { ...bootstrapLimits, memoryBytesMax: 128 * 1024 * 1024, threads: 1 },
        ...parts,
      });
    },
    state() {
      const database = new Database(outPath, { readonly: true });
      const rows = database.prepare("SELECT type, id, name, typename, value FROM state ORDER BY type, id, name").raw().all();
      database.close();
      return (rows as [string, string, string, string, Uint8Array][]).map(([type, id, name, typename, value]) =>
        [type, id, name, typename, decodeValue(typename, value, descriptors).text].join(" "),
      );
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function fileSource(kind: Exclude<BootstrapSource["kind"], "postgresql">, name: string, path: string): BootstrapSource {
  return { kind, name, path };
}
