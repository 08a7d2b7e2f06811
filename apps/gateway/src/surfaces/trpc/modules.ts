/** modules: what is declared, its preview against what runs, putting one in force (tRPC keeps the word apply for itself), history, rollback. */
import { z } from "zod";
import { procedure, router } from "./init.ts";
import { moduleName, utf8Text } from "../../contract/inputs.ts";

const named = z.object({ name: moduleName });
const written = z.object({ name: moduleName, yaml: utf8Text.max(1024 * 1024) });

export const modulesRouter = router({
  list: procedure.query(({ ctx }) => ctx.modules.list()),
  get: procedure.input(named).query(({ ctx, input }) => ctx.modules.get(input.name)),
  preview: procedure.input(written).mutation(({ ctx, input }) => ctx.modules.preview(input.name, input.yaml)),
  put: procedure.input(written).mutation(({ ctx, input }) => ctx.modules.apply(input.name, input.yaml)),
  remove: procedure.input(named).mutation(async ({ ctx, input }) => {
    await ctx.modules.remove(input.name);
    return {};
  }),
  rollback: procedure
    .input(z.object({ name: moduleName, revision: z.number().int().min(1) }))
    .mutation(({ ctx, input }) => ctx.modules.rollback(input.name, input.revision)),
  schema: procedure.query(({ ctx }) => ctx.modules.schema()),
});
