/**
 * sql: runs the statement in its argument; on a terminal the rows are printed as a table. The list of tables is a derived command.
 */
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { textOf } from "./body-of.ts";

interface SqlAnswer {
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
  readonly plan: string | null;
}

export function addSql(sql: Command, context: CommandContext): void {
  sql
    .argument("[statement]", "read-only SQL, @file, or - for standard input")
    .option("--explain", "how it would be done, and what it would read; reads nothing")
    .option("--rows-max <number>", "rows of the answer at the most; else 1000")
    .addHelpText("after", "\nExample: signalbox sql 'SELECT status, count(*) FROM entities GROUP BY 1'");
  sql.action(async (statement: string | undefined) => {
    if (statement === undefined) return sql.help({ error: true });
    const { explain, rowsMax } = sql.opts<{ explain?: true; rowsMax?: string }>();
    const body = JSON.stringify({
      sql: await textOf(context.io, statement),
      ...(explain === undefined ? {} : { explain }),
      ...(rowsMax === undefined ? {} : { rowsMax: Number(rowsMax) }),
    });
    const asked = { method: "POST", path: "/v1/sql", body, contentType: "application/json" };
    const answer = await context.client(sql).record(asked, "columns", "rows");
    const { json, fields } = sql.optsWithGlobals<{ json?: boolean; fields?: string }>();
    if (json === true || (!context.io.isTerminal && fields === undefined)) return context.print(sql, answer);
    const { columns, rows, plan, truncated } = answer as SqlAnswer;
    context.print(sql, plan ?? rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]))));
    if (truncated) context.io.err("There are more rows: --rows-max gives more of them.\n");
    return undefined;
  });
}
