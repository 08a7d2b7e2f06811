/**
 * SqlProcess: runs queries in a process beside the gateway, one at a time. When the process asks for pages of live tables, they are read
 * here, one after the other. Neighbours: sql-child.ts is the other side, sql-processes.ts says how long a process is kept, services/sql
 * asks and reads.
 * Guarantee: a query has its time and its memory and no more, whatever it does; when nobody waits for it any more, the process ends at
 * once.
 */
import { fork, type ChildProcess } from "node:child_process";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { CapabilityMissing } from "@signalbox/runtime";
import { GatewayError } from "../contract/problem.ts";
import { neverUnheard } from "../listener/guarded-listener.ts";
import { frameOf, PullReader } from "./pull-pipe.ts";
import type { Pull, Pulled, PullParameters, SqlJob, SqlResult, SqlSaid } from "./sql-job.ts";
import type { LiveTableName, SqlRow } from "./sql-tables.ts";

/** Gives the pages of a live table; its caller ends it when the query is over. */
export type ReadLiveTable = (table: LiveTableName, parameters: PullParameters) => AsyncGenerator<readonly SqlRow[], void>;

export interface QueryOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly readTable: ReadLiveTable;
}

const child = fileURLToPath(new URL("./sql-child.ts", import.meta.url));
const heapMegabytesMax = 256;

export class SqlProcess {
  readonly #running: ChildProcess;
  readonly #pages: PageServer;
  #ended = false;

  constructor() {
    this.#running = fork(child, {
      serialization: "advanced",
      env: {},
      execArgv: [`--max-old-space-size=${heapMegabytesMax}`],
      stdio: ["ignore", "ignore", "ignore", "ipc", "pipe"],
    });
    neverUnheard(this.#running);
    this.#running.once("exit", () => {
      this.#ended = true;
    });
    this.#pages = new PageServer(this.#running);
  }

  get isOver(): boolean {
    return this.#ended;
  }

  /** After a refusal the process can answer other queries. A query that it did not survive, or that nobody waits for, ends it. */
  async query(job: SqlJob, { timeoutMs, signal, readTable }: QueryOptions): Promise<SqlResult> {
    signal.throwIfAborted();
    let late = false;
    const end = (): void => this.end();
    const timer = setTimeout(() => {
      late = true;
      end();
    }, timeoutMs);
    signal.addEventListener("abort", end, { once: true });
    this.#pages.begin(readTable);
    try {
      const said = await this.#answer(job, () => tooMuch(late, timeoutMs));
      if (said.kind === "done") return said.result;
      if (this.#pages.missing !== undefined) throw this.#pages.missing;
      const code = said.code === "SQL_TOO_MUCH" || said.code === "SQL_NOT_INSTALLED" ? said.code : "SQL_REFUSED";
      throw new GatewayError(code, { detail: said.detail, where: said.where, cure: said.cure });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      await this.#pages.finish();
    }
  }

  end(): void {
    this.#ended = true;
    this.#running.kill("SIGKILL");
  }

  #answer(job: SqlJob, ended: () => GatewayError): Promise<SqlSaid> {
    const running = this.#running;
    return new Promise((resolve, reject) => {
      const done = (): void => void running.off("message", said).off("exit", exited);
      // Only sql-child.ts sends messages here.
      const said = (message: unknown): void => {
        done();
        resolve(message as SqlSaid);
      };
      const exited = (): void => {
        done();
        reject(ended());
      };
      running.once("message", said).once("exit", exited);
      running.send(job, (error) => error !== null && exited());
    });
  }
}

function tooMuch(late: boolean, timeoutMs: number): GatewayError {
  return new GatewayError("SQL_TOO_MUCH", {
    detail: late
      ? `the query took longer than ${timeoutMs} ms`
      : "the process of the query ended: it was given up, or wanted more memory than there is",
    where: "sql",
    cure: "Read less: state(type := …, prefix := …), a LIMIT, or a savepoint instead of live data; or give it more time (timeoutMs).",
  });
}

class PageServer {
  readonly #scans = new Map<number, AsyncGenerator<readonly SqlRow[], void>>();
  readonly #pipe: Duplex | undefined;
  readonly #pulls = new PullReader();
  #readTable: ReadLiveTable | undefined;
  #turn: Promise<void> = Promise.resolve();
  /** Why a table of this query could not be read at all; over the pipe only its words travel. */
  missing: CapabilityMissing | undefined;

  constructor(running: ChildProcess) {
    const pipe = running.stdio[4];
    if (!(pipe instanceof Duplex)) return;
    this.#pipe = pipe;
    neverUnheard(pipe);
    running.once("exit", () => pipe.destroy());
    pipe.on("data", (bytes: Buffer) => {
      try {
        for (const pull of this.#pulls.add(bytes)) this.#turn = this.#turn.then(() => this.#answer(pull));
      } catch {
        running.kill("SIGKILL");
      }
    });
  }

  begin(readTable: ReadLiveTable): void {
    this.#readTable = readTable;
    this.missing = undefined;
  }

  /** Ends the open scans. */
  async finish(): Promise<void> {
    this.#readTable = undefined;
    await this.#turn;
    const scans = [...this.#scans.values()];
    this.#scans.clear();
    await Promise.allSettled(scans.map((scan) => scan.return()));
  }

  async #answer({ scan, table, parameters }: Pull): Promise<void> {
    let pulled: Pulled;
    try {
      const pages = this.#scans.get(scan) ?? this.#readTable?.(table, parameters);
      if (pages === undefined) throw new Error("nobody waits for the query any more");
      this.#scans.set(scan, pages);
      pulled = { kind: "rows", rows: await nextRows(pages) };
    } catch (error) {
      if (error instanceof CapabilityMissing) this.missing = error;
      pulled = { kind: "error", message: error instanceof Error ? error.message : String(error) };
    }
    if (this.#pipe?.destroyed === false) this.#pipe.write(frameOf(pulled));
  }
}

/** A page may be empty without being the last one, but an empty answer is the end, so empty pages are skipped. */
async function nextRows(pages: AsyncGenerator<readonly SqlRow[], void>): Promise<readonly SqlRow[]> {
  for (;;) {
    const next = await pages.next();
    if (next.done === true) return [];
    if (next.value.length > 0) return next.value;
  }
}
