/** flow: the graph with the rates of the last 60 s, for the first paint and for the table behind the graph. */
import { procedure, router } from "./init.ts";

export const flowRouter = router({
  graph: procedure.query(({ ctx }) => ctx.flow.graph()),
});
