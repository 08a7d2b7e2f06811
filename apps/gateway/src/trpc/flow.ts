/** flow: the graph with the rates of the last 60 s, for the first paint and for the table behind the graph. */
import { z } from "zod";
import { pastRows } from "../flow/past-rows.ts";
import { procedure, router } from "./init.ts";
import { page } from "./inputs.ts";

export const flowRouter = router({
  graph: procedure.query(({ ctx }) => ctx.flow.graph()),
  /** What the tail shows before its first live row. */
  past: procedure.input(z.object(page)).query(({ ctx, input }) => pastRows(ctx, { cursor: input.cursor ?? undefined, limit: input.limit })),
});
