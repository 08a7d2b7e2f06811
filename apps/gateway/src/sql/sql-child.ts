/**
 * A process of queries: it takes one after the other from sql-process.ts and answers each. It gets none of the gateway's environment.
 */
import { problemOf } from "../contract/problem-of.ts";
import type { SqlJob, SqlSaid } from "./sql-job.ts";
import { runQuery } from "./sql-query.ts";

async function answer(job: SqlJob): Promise<void> {
  const said = await runQuery(job).then(
    (result): SqlSaid => ({ kind: "done", result }),
    (error: unknown): SqlSaid => {
      const { code, detail, where, cure } = problemOf(error, "sql");
      return { kind: "refused", code, detail, where, cure };
    },
  );
  process.send?.(said);
}

process.on("message", (job) => void answer(job as SqlJob));
process.once("disconnect", () => process.exit(1));
