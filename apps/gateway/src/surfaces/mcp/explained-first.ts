/**
 * explainedFirst: how assistants ask in SQL. The first call explains what the query would read and reads nothing; its answer has a code
 * with which the second call runs it. Nothing is stored in between: the code is computed from the text of the query, so another text must
 * be explained again.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ToolForm } from "./tool-form.ts";

const rowsMax = 500;
const rowsDefault = 50;
const timeoutMs = 15_000;

const ask = z.strictObject({
  sql: z.string().min(1).max(100_000),
  run: z.string().max(64).optional(),
  rowsMax: z.int().min(1).max(rowsMax).default(rowsDefault),
});

export const explainedFirst: ToolForm = {
  about:
    "Call it twice: first without `run`, which says which tables the query would read and how; then with the `run` of that answer, which reads",
  properties: {
    sql: { type: "string", description: "One SELECT. sql_tables lists the tables." },
    run: { type: "string", description: "From the answer that explained this very text. Leave it out to have it explained." },
    rowsMax: { type: "integer", minimum: 1, maximum: rowsMax, default: rowsDefault },
  },
  required: ["sql"],
  async call(input, serve) {
    const { sql, run, ...rest } = ask.parse(input);
    const word = createHash("sha256").update(sql).digest("hex").slice(0, 16);
    if (run === word) return serve({ sql, timeoutMs, ...rest });
    const explained = await serve({ sql, timeoutMs, explain: true });
    const { plan, read } = z.object({ plan: z.string().nullable(), read: z.array(z.object({ table: z.string() })) }).parse(explained);
    return { explained: true, reads: read.map(({ table }) => table), plan, run: word, next: "Call again with this run to read." };
  },
};
