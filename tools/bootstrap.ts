/**
 * `npm run bootstrap`: makes a savepoint with SQL over CSV, JSON Lines, Parquet, SQLite and PostgreSQL. With --gateway it is uploaded to a
 * running gateway, and with --merge running it begins with a savepoint of what runs there. docs/bootstrap.md explains all of it.
 */
import { copyFileSync, createWriteStream, mkdtempSync, openAsBlob, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import {
  bootstrapLimits,
  whenThere,
  type BootstrapReport,
  type BootstrapSource,
  type FileSourceKind,
  type WhenThere,
} from "../apps/gateway/src/bootstrap/bootstrap-job.ts";
import { runBootstrap } from "../apps/gateway/src/bootstrap/run-bootstrap.ts";

const usage = `npm run bootstrap -- --sql rows.sql --source NAME=PLACE … --out FILE
  --sql FILE             statements: INSERT INTO state SELECT 'shop/cart' AS type, customer AS id, 'basket' AS name, … FROM a source
  --source NAME=PLACE    a file (.csv .tsv .jsonl .ndjson .parquet .db .sqlite .sqlite3), or postgresql://…; may be given often
  --out FILE             the savepoint to make
  --merge FILE|running   put the rows into a copy of this savepoint, or of one that --gateway takes now
  --when-there WORD      ${whenThere.join(", ")}: what becomes of entities that it holds (fail)
  --errors-max N         make it although so many rows are wrong (0)
  --descriptors FILE     a protobuf descriptor set; may be given often
  --dry-run              count and show, and make nothing
  --gateway URL          hand the savepoint to this gateway; restore it there in the console
`;

const kinds: Readonly<Record<string, FileSourceKind>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".parquet": "parquet",
  ".db": "sqlite",
  ".sqlite": "sqlite",
  ".sqlite3": "sqlite",
};

class UsageError extends Error {}

interface Options {
  readonly sql: string;
  readonly sources: readonly BootstrapSource[];
  readonly out: string | undefined;
  readonly merge: string | undefined;
  readonly whenThere: WhenThere;
  readonly errorsMax: number;
  readonly descriptorSets: readonly { name: string; bytes: Uint8Array }[];
  readonly gateway: string | undefined;
}

function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      sql: { type: "string" },
      source: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
      merge: { type: "string" },
      "when-there": { type: "string", default: "fail" },
      "errors-max": { type: "string", default: "0" },
      descriptors: { type: "string", multiple: true, default: [] },
      "dry-run": { type: "boolean", default: false },
      gateway: { type: "string" },
    },
  });
  if (values.sql === undefined) throw new UsageError("--sql is missing");
  const dryRun = values["dry-run"];
  if (!dryRun && values.out === undefined && values.gateway === undefined) throw new UsageError("--out or --gateway is missing");
  if (values.merge === "running" && values.gateway === undefined) throw new UsageError("--merge running needs --gateway");
  const word = whenThere.find((known) => known === values["when-there"]);
  if (word === undefined) throw new UsageError(`--when-there is one of ${whenThere.join(", ")}`);
  return {
    sql: readFileSync(values.sql, "utf8"),
    sources: values.source.map(parseSource),
    out: dryRun ? undefined : values.out,
    merge: values.merge,
    whenThere: word,
    errorsMax: Number(values["errors-max"]),
    descriptorSets: values.descriptors.map((path) => ({ name: basename(path), bytes: readFileSync(path) })),
    gateway: dryRun && values.merge !== "running" ? undefined : values.gateway,
  };
}

function parseSource(text: string): BootstrapSource {
  const [, name, place] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || place === undefined) throw new UsageError(`--source ${text}: write NAME=PLACE`);
  if (/^postgres(?:ql)?:\/\//.test(place)) return { kind: "postgresql", name, url: place };
  const kind = kinds[extname(place).toLowerCase()];
  if (kind === undefined) throw new UsageError(`--source ${text}: the ending is none of ${Object.keys(kinds).join(" ")}`);
  return { kind, name, path: resolve(place) };
}

async function bootstrap(options: Options, folder: string, dryRun: boolean): Promise<boolean> {
  const made = join(folder, "made.savepoint");
  if (options.merge === "running") await takeFrom(String(options.gateway), made);
  else if (options.merge !== undefined) copyFileSync(options.merge, made);
  const report = await runBootstrap(
    {
      ...options,
      merge: options.merge === undefined ? undefined : options.whenThere,
      registered: [],
      outPath: made,
      scratchFolder: join(folder, "scratch"),
      nowMs: Date.now(),
      limits: bootstrapLimits,
    },
    { onProgress: (rows) => process.stderr.isTTY && process.stderr.write(`\r${rows} rows`) },
  );
  print(report);
  if (!report.complete || report.errorsTotal > options.errorsMax) {
    console.log(`Nothing was made: ${report.errorsTotal} rows are wrong, and ${options.errorsMax} may be (--errors-max).`);
    return false;
  }
  if (dryRun) return true;
  if (options.gateway !== undefined) await handOver(options.gateway, made);
  if (options.out !== undefined) {
    renameSync(made, options.out);
    console.log(`${options.out} is made. POST /v1/savepoints takes it in, or Savepoints → Upload a file in the console.`);
  }
  return true;
}

async function takeFrom(gateway: string, path: string): Promise<void> {
  const taken = await fetch(new URL("/v1/savepoints", gateway), { method: "POST" });
  const { id } = (await answerOf(taken)) as { id: string };
  const file = await fetch(new URL(`/v1/savepoints/${id}/file`, gateway));
  if (!file.ok || file.body === null) throw new Error(`the gateway does not hand out the file of savepoint ${id}`);
  await pipeline(file.body, createWriteStream(path));
}

async function handOver(gateway: string, path: string): Promise<void> {
  const headers = { "content-type": "application/octet-stream" };
  const answer = await fetch(new URL("/v1/savepoints", gateway), { method: "POST", headers, body: await openAsBlob(path) });
  const { id } = (await answerOf(answer)) as { id: string };
  console.log(`The gateway has it as savepoint ${id}. POST /v1/savepoints/${id}:restore goes there.`);
}

async function answerOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`the gateway refused: ${JSON.stringify(body)}`);
  return body;
}

function print({
  rows,
  values,
  entities,
  skippedEntities,
  replacedEntities,
  states,
  errors,
  errorsTotal,
  sample,
  elapsedMs,
}: BootstrapReport) {
  if (process.stderr.isTTY) process.stderr.write("\r");
  for (const state of states) console.log(`${state.type} ${state.name} (${state.typename}): ${state.values}`);
  for (const { type, id, name, value } of sample) console.log(`  ${type} ${id} ${name} = ${value}`);
  for (const { statement, row, key, problem, cure } of errors)
    console.log(`statement ${statement}, row ${row} (${key}): ${problem}; ${cure}`);
  if (errorsTotal > errors.length) console.log(`… and more rows that are wrong: ${errorsTotal} until it stopped`);
  const there =
    skippedEntities + replacedEntities === 0 ? "" : `; there already: ${skippedEntities} stay, ${replacedEntities} are replaced`;
  console.log(`${rows} rows, ${values} state values of ${entities} entities in ${(elapsedMs / 1000).toFixed(1)} s${there}`);
}

async function main(args: string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  const beside = options.out === undefined ? tmpdir() : dirname(resolve(options.out));
  let folder: string;
  try {
    folder = mkdtempSync(join(beside, ".bootstrap-"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`--out: nothing can be made in ${beside} (${why})\nName a file in a folder that is there and may be written.`);
    return 1;
  }
  try {
    return (await bootstrap(options, folder, args.includes("--dry-run"))) ? 0 : 1;
  } catch (error) {
    const { where = "", detail = String(error), cure = "" } = error as { where?: string; detail?: string; cure?: string };
    console.error(`${where === "" ? "" : `${where}: `}${detail}\n${cure}`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// npm runs scripts in the package's folder, but people name files relative to where they are.
process.chdir(process.env["INIT_CWD"] ?? ".");
process.exitCode = await main(process.argv.slice(2));
