/**
 * SqlProcesses: the processes in which queries run. One that answered is kept for a moment, for the next query of the same person: clients
 * ask in bursts, and a process takes longer to start than most queries take. Neighbours: sql-process.ts is one of them, services/sql asks.
 * Guarantee: kept and running processes together are no more than `max`; no process is shared by two people; none lives long.
 */
import { GatewayError } from "../contract/problem.ts";
import { SqlProcess, type QueryOptions } from "./sql-process.ts";
import type { SqlJob, SqlResult } from "./sql-job.ts";

const keptMsMax = 5_000;
/** After this many queries a process is ended, so that what queries leave behind in it cannot grow for ever. */
const queriesOfOneMax = 200;

interface Kept {
  readonly process: SqlProcess;
  readonly asker: string;
  readonly queries: number;
  readonly timer: NodeJS.Timeout;
}

export class SqlProcesses {
  readonly #max: number;
  #running = 0;
  #kept: Kept[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  async query(job: SqlJob, options: QueryOptions & { readonly asker: string }): Promise<SqlResult> {
    this.#running++;
    const { process, queries } = this.#take(options.asker);
    try {
      return await process.query(job, options);
    } catch (error) {
      // Ending the process gives back everything that it took.
      if (!(error instanceof GatewayError) || error.code !== "SQL_REFUSED") process.end();
      throw error;
    } finally {
      this.#running--;
      if (queries >= queriesOfOneMax) process.end();
      else if (!process.isOver) this.#keep(process, { asker: options.asker, queries });
    }
  }

  #take(asker: string): { process: SqlProcess; queries: number } {
    const found = this.#kept.find((one) => one.asker === asker && !one.process.isOver);
    this.#kept = this.#kept.filter((one) => one !== found);
    // A kept process of somebody else is ended to make room.
    while (this.#kept.length + this.#running > this.#max) {
      const oldest = this.#kept.shift();
      if (oldest !== undefined) endKept(oldest);
    }
    if (found === undefined) return { process: new SqlProcess(), queries: 1 };
    clearTimeout(found.timer);
    return { process: found.process, queries: found.queries + 1 };
  }

  #keep(process: SqlProcess, { asker, queries }: { asker: string; queries: number }): void {
    const timer = setTimeout(() => {
      this.#kept = this.#kept.filter((one) => one.process !== process);
      process.end();
    }, keptMsMax);
    this.#kept.push({ process, asker, queries, timer });
  }
}

function endKept({ process, timer }: Kept): void {
  clearTimeout(timer);
  process.end();
}
