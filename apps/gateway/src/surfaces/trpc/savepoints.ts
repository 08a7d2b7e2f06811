/** savepoints: list, take, what a restore would cost, restore, remove. The file itself is GET /v1/savepoints/{id}/file. */
import { z } from "zod";
import { procedure, router } from "./init.ts";
import { eraView } from "../../services/eras/past.ts";

const byId = z.object({ id: z.string().min(1).max(64) });

export const savepointsRouter = router({
  list: procedure.query(({ ctx }) => ctx.savepoints.list()),
  take: procedure.input(z.object({}).optional()).mutation(({ ctx }) => ctx.savepoints.take("person")),
  impact: procedure.input(byId).query(({ ctx, input }) => ctx.savepoints.impact(input.id)),
  restoring: procedure.query(({ ctx }) => ctx.savepoints.restoring()),
  eras: procedure.query(({ ctx }) => ctx.engine.eras().map(eraView)),
  restore: procedure.input(byId).mutation(({ ctx, input }) => ctx.savepoints.restore(input.id)),
  remove: procedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.savepoints.remove(input.id);
    return {};
  }),
});
