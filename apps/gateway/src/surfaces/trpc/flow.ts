/** flow: the graph with the numbers that the live stream has, for programs and tests, and the rows that the tail begins with. */
import { z } from "zod";
import { pastRows } from "../../flow/past-rows.ts";
import { procedure, router } from "./init.ts";
import { page } from "../../contract/inputs.ts";

export const flowRouter = router({
  graph: procedure.query(({ ctx }) => ctx.flow.graph()),
  /** What the tail shows before its first live row. */
  past: procedure.input(z.object(page)).query(({ ctx, input }) => pastRows(ctx, { cursor: input.cursor ?? undefined, limit: input.limit })),
});
